"""One way to turn answers and failures of the outbound door into words of the wallet."""

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from chassis.outbound import Answer, PeerFailed
from chassis.outbound import PeerRefused as DoorRefused
from openid4vc.errors import Malformed
from openid4vc.oauth.token import ErrorResponse
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent

JSON = "application/json"
_CHALLENGE_ERROR = re.compile(r'\berror="([A-Za-z0-9_-]{1,64})"')
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
    return body_of(url, ask(url, call), accept)


def body_of(url: str, answer: Answer, accept: str, *, status: int = 200) -> bytes:
    """Return the body of an answer with this status and content type; the refusals of `ask_for`."""
    if answer.status == status and media_type(answer) == accept:
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
    error = error_of(answer)
    if error is not None:
        return PeerRefused(host_of(url), error)
    return PeerNonsense(host_of(url)) if answer.status < 500 else PeerSilent(host_of(url), sent=True)


def error_of(answer: Answer) -> str | None:
    """The code of an error, from the body or, at a resource, from WWW-Authenticate (RFC 6750, 3)."""
    if not 400 <= answer.status < 500:
        return None
    if media_type(answer) == JSON:
        try:
            return ErrorResponse.parse(answer.body).error
        except Malformed:
            pass
    found = _CHALLENGE_ERROR.search(answer.header("WWW-Authenticate"))
    return found.group(1) if found else None


def media_type(answer: Answer) -> str:
    """Return the content type without its parameters."""
    return answer.content_type.partition(";")[0].strip().lower()


def host_of(url: str) -> str:
    """Return host and port for people: where we tried to go."""
    return urlsplit(url).netloc
