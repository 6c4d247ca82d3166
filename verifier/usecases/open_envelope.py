"""What was posted to the response endpoint, and which request it is about (OpenID4VP 1.0, 8.2, 8.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from openid4vc.errors import CheckFailed, InvalidRequest
from openid4vc.vp.response import (
    AnyResponse,
    AuthorizationErrorResponse,
    AuthorizationResponse,
    EncryptedResponse,
)
from openid4vc.vp.response import read_response as read_any
from verifier.domain.presentation import Requested
from verifier.ports import Ports

UNKNOWN = "unknown_state"


@dataclass(frozen=True, slots=True)
class Posted:
    """One answer as it came in; `digest` is over its very bytes."""

    response: AnyResponse
    digest: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer in the clear, and the open request that it names."""

    requested: Requested
    response: AuthorizationResponse | AuthorizationErrorResponse


def read_posted(form: Mapping[str, str], body: bytes) -> Posted:
    """Parse the fields; CheckFailed envelope for what is no answer at all."""
    try:
        return Posted(read_any(form), sha256(body).hexdigest())
    except InvalidRequest as cause:
        raise CheckFailed("envelope", "neither vp_token nor response nor error") from cause


def open_envelope(posted: Posted, *, ports: Ports, now: datetime) -> Opened:
    """Find the request by key or state, and hold both to it; CheckFailed or Malformed (V-31).

    An answer in the clear to a question that wanted it encrypted is no answer; a refusal is never encrypted.
    """
    response = posted.response
    if isinstance(response, EncryptedResponse):
        return _decrypted(response, ports=ports, now=now)
    requested = _open(ports.store.presentations.open_request(response.state or ""), now)
    if requested.manner.encrypted and isinstance(response, AuthorizationResponse):
        raise CheckFailed("answer_not_encrypted", "the question wanted an encrypted answer")
    return Opened(requested, response)


def _decrypted(response: EncryptedResponse, *, ports: Ports, now: datetime) -> Opened:
    requested = _open(ports.store.presentations.open_request_of_key(response.unverified_kid), now)
    if requested.reply_key is None:
        raise CheckFailed(UNKNOWN, "the key is gone")
    opened = response.opened(
        key=requested.reply_key.key,
        expected_kid=requested.reply_key.kid,
        expected_state=requested.state,
    )
    return Opened(requested, opened)


def _open(requested: Requested | None, now: datetime) -> Requested:
    """Unknown, answered and late look the same from outside."""
    if requested is None or not requested.is_open(now=now):
        raise CheckFailed(UNKNOWN, "no open request")
    return requested
