"""What an issuance is going to do, written down before anything is signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from issuer.domain.grant import TokenId
from openid4vc.errors import CredentialRequestDenied, InvalidDpopProof, InvalidNonce, InvalidToken

DEFERRED_INTERVAL = timedelta(seconds=5)
CLERK_TAKES = timedelta(seconds=10)
"""How long a deferred credential lies on a clerk's desk; in the demonstration time alone releases it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One credential per key; the keys are known by thumbprint only (RFC 7638)."""

    id: str
    token_id: TokenId
    organisation: str
    persona: str
    configuration_id: str
    notification_hash: str
    key_thumbprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """What a credential request uses up: its token once more, its nonce, the DPoP proof beside it."""

    access_hash: str
    organisation: str
    mark: str | None = None
    mark_until: datetime | None = None
    nonce_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Deferral:
    """Promised for later: what was asked for and the keys that were proven then (OpenID4VCI 1.0, 9).

    `reply_key` is the thumbprint of the key that the first answer was encrypted to, if it was.
    """

    transaction_hash: str
    token_id: TokenId
    configuration_id: str
    keys: tuple[dict[str, Any], ...]
    reply_key: str | None
    ready_at: datetime

    def ready(self, now: datetime) -> bool:
        """Whether the clerk has looked at it."""
        return now >= self.ready_at


class KeyOfSomebodyElse(CredentialRequestDenied):
    """A holder key that was bound to another person never binds this one's data."""

    def __init__(self) -> None:
        super().__init__("a key of this request cannot be used")


class TooManyRequests(CredentialRequestDenied):
    """One token is good for a limited number of requests (OpenID4VCI 1.0, 14.3)."""

    def __init__(self) -> None:
        super().__init__("this access token has been used too often")


class NonceUsed(InvalidNonce):
    """Somebody was first, or it is too late, or it was never ours."""

    def __init__(self) -> None:
        super().__init__("the c_nonce is unknown, used or expired")


class TokenGone(InvalidToken):
    """One refusal for missing, unknown, expired, revoked and of another tenant (RFC 6750, 3.1)."""

    def __init__(self) -> None:
        super().__init__("the access token is missing, unknown or expired")


class DpopProofUsed(InvalidDpopProof):
    """A proof is good for one request, as long as it would be good at all (RFC 9449, 11.1)."""

    def __init__(self) -> None:
        super().__init__("this DPoP proof was used before")
