"""One way to turn answers and failures of the outbound door into words of the wallet."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from chassis.outbound import Answer, PeerFailed
from chassis.outbound import PeerRefused as DoorRefused
from openid4vc.errors import Malformed
from openid4vc.oauth.token import ErrorResponse
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent

JSON = "application/json"
Read = TypeVar("Read")


def ask(url: str, call: Callable[[], Answer]) -> Answer:
    """Make a call; PeerSilent when no answer came, `sent` false only if nothing left this machine."""
    try:
        return call()
    except DoorRefused as cause:
        raise PeerSilent(host_of(url), sent=False) from cause
    except PeerFailed as cause:
        raise PeerSilent(host_of(url), sent=True) from cause


def ask_for(url: str, accept: str, call: Callable[[], Answer]) -> bytes:
    """Return the body of a 200 of this content type; PeerRefused for its protocol's error, else silence."""
    answer = ask(url, call)
    if answer.status == 200 and media_type(answer) == accept:
        return answer.body
    raise refusal_of(url, answer)


def read(url: str, parse: Callable[[bytes], Read], body: bytes) -> Read:
    """Parse a body; PeerNonsense when it is not what was asked for."""
    try:
        return parse(body)
    except Malformed as cause:
        raise PeerNonsense(host_of(url)) from cause


def refusal_of(url: str, answer: Answer) -> Exception:
    """Return the peer's own error when it gave one, else that it did not answer usefully."""
    if 400 <= answer.status < 500 and media_type(answer) == JSON:
        try:
            return PeerRefused(host_of(url), ErrorResponse.parse(answer.body).error)
        except Malformed:
            pass
    return PeerNonsense(host_of(url)) if answer.status < 500 else PeerSilent(host_of(url), sent=True)


def media_type(answer: Answer) -> str:
    """Return the content type without its parameters."""
    return answer.content_type.partition(";")[0].strip().lower()


def host_of(url: str) -> str:
    """Return host and port for people: where we tried to go."""
    return urlsplit(url).netloc
