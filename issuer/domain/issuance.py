"""What an issuance is going to do, written down before anything is signed."""

from dataclasses import dataclass

from issuer.domain.offer import TokenId
from openid4vc.errors import CredentialRequestDenied


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


class KeyOfSomebodyElse(CredentialRequestDenied):
    """A holder key that was bound to another person never binds this one's data."""

    def __init__(self) -> None:
        super().__init__("a key of this request cannot be used")


class TooManyRequests(CredentialRequestDenied):
    """One token is good for a limited number of requests (OpenID4VCI 1.0, 14.3)."""

    def __init__(self) -> None:
        super().__init__("this access token has been used too often")
