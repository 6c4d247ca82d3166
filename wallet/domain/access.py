"""Access at an issuer: a token, the keys that it is bound to, and the errand that fetched it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from openid4vc.jose import base64url
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.token import TokenResponse
from wallet.domain.account import AccountId

AccessId = NewType("AccessId", str)

_MARGIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, repr=False)
class ClientKeys:
    """Two keys for one issuer and never for another: what requests are bound to, and what is attested."""

    dpop: str
    instance: str

    @classmethod
    def generate(cls) -> "ClientKeys":
        """Fresh keys for one errand (HAIP 1.0, 4.4.1)."""
        return cls(*(base64url.encode(SigningKey.generate().to_der()) for _ in range(2)))

    @property
    def dpop_key(self) -> SigningKey:
        """The key of DPoP proofs."""
        return SigningKey.from_der(base64url.decode(self.dpop))

    @property
    def instance_key(self) -> SigningKey:
        """The key that the wallet provider vouches for."""
        return SigningKey.from_der(base64url.decode(self.instance))


@dataclass(frozen=True, slots=True, repr=False)
class Errand:
    """A citizen who was sent to sign in at an issuer: what must come back, and what redeems the code."""

    state: str
    code_verifier: str
    keys: ClientKeys


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """A token that is ours, from whom, and until when; `named` says that the server knows which wallet."""

    issuer_id: str
    token: TokenResponse
    keys: ClientKeys
    named: bool
    expires_at: datetime | None

    @classmethod
    def given(
        cls, token: TokenResponse, *, issuer_id: str, keys: ClientKeys, named: bool, now: datetime
    ) -> "Access":
        """Count the token's life from now (RFC 6749, 5.1)."""
        life = token.expires_in
        return cls(issuer_id, token, keys, named, None if life is None else now + timedelta(seconds=life))

    def fresh(self, now: datetime) -> bool:
        """Whether the token is still of use."""
        return self.expires_at is None or now + _MARGIN < self.expires_at

    @property
    def renewable(self) -> bool:
        """Whether new tokens can be had without the citizen signing in again (RFC 6749, 6)."""
        return self.token.refresh_token is not None


@dataclass(frozen=True, slots=True, repr=False)
class SealedAccess:
    """Access as the store knows it."""

    id: AccessId
    account_id: AccountId
    sealed: bytes
    created_at: datetime
