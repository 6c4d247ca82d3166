"""Who sends a request to the authorization server: what it brought, and what of that proved true."""

from dataclasses import dataclass

from openid4vc.oauth.resource import UnverifiedToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Headers that shall prove who asks, each with all its values; nothing of them is known yet."""

    endpoint: str
    attestations: tuple[str, ...] = ()
    attestation_pops: tuple[str, ...] = ()
    dpop_proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is proven: the wallet product, its instance key and its DPoP key; None where nothing was shown."""

    client_id: str | None = None
    instance: str | None = None
    dpop: str | None = None

    @property
    def bound(self) -> bool:
        """Whether tokens for this caller are bound to a key (RFC 9449, 5)."""
        return self.dpop is not None


@dataclass(frozen=True, slots=True)
class Need:
    """What an endpoint insists on; what comes beyond that is checked all the same."""

    attestation: bool
    dpop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """An access token as a request presented it, with the DPoP proofs beside it (RFC 9449, 7.1)."""

    endpoint: str
    token: UnverifiedToken
    dpop_proofs: tuple[str, ...] = ()
