"""Everything a use case can touch outside itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.x509 import Certificate

from issuer.domain.addresses import Addresses
from issuer.domain.credential import StatusPlace
from issuer.domain.issuance import Intent
from issuer.domain.offer import Grant, Offer, OfferId, TokenId
from issuer.domain.organisation import Organisations
from issuer.domain.persona import Personas, Record
from issuer.domain.status import KeptList
from openid4vc.jose.keys import SigningKey


class OfferStore(Protocol):
    """Offers and tokens; see issuer.store.offers for the guarantees."""

    def add(self, offer: Offer, *, code_hash: str) -> None: ...
    def open_offer(self, offer_id: str, *, organisation: str, now: datetime) -> Offer | None: ...
    def open_offer_by_code(self, code_hash: str, *, organisation: str, now: datetime) -> Offer | None: ...
    def count_wrong_tx_code(self, offer_id: OfferId, *, now: datetime) -> None: ...
    def redeem(self, offer_id: OfferId, grant: Grant, *, token_hash: str, now: datetime) -> bool: ...
    def live_grant(self, token_hash: str, *, organisation: str, now: datetime) -> Grant | None: ...


class NonceStore(Protocol):
    """Nonces; see issuer.store.nonces for the guarantees."""

    def add(self, nonce_hash: str, *, organisation: str, expires_at: datetime, now: datetime) -> bool: ...
    def consume(self, nonce_hash: str, *, organisation: str, now: datetime) -> bool: ...


class IssuanceStore(Protocol):
    """Issuances; see issuer.store.issuances for the guarantees."""

    def intend(
        self, intent: Intent, *, draw: Callable[[int], int], now: datetime
    ) -> tuple[StatusPlace, ...]: ...
    def conclude(self, issuance_id: str, *, now: datetime) -> None: ...
    def notify(self, notification_hash: str, event: str, *, token_id: TokenId, now: datetime) -> bool: ...


class StatusStore(Protocol):
    """Status lists; see issuer.store.status for the guarantees."""

    def open(self, organisation: str, numbers: Sequence[int]) -> None: ...
    def numbers(self, organisation: str) -> tuple[int, ...]: ...
    def kept(self, organisation: str, number: int) -> KeptList | None: ...
    def revoked(self, organisation: str, number: int) -> tuple[int, ...]: ...
    def keep_token(self, organisation: str, kept: KeptList, *, token: str, signed_at: datetime) -> None: ...
    def revoke(self, organisation: str, number: int, idx: int, *, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Store:
    """The four groups of verbs."""

    offers: OfferStore
    nonces: NonceStore
    issuances: IssuanceStore
    status: StatusStore


@dataclass(frozen=True, slots=True)
class Signer:
    """Key and chain of one tenant; the chain comes without its trust anchor (HAIP 1.0, 6.1.1)."""

    key: SigningKey
    chain: tuple[Certificate, ...]

    def valid_at(self, now: datetime) -> bool:
        """Whether every certificate of the chain holds at this moment (RFC 5280, 6.1.3)."""
        return bool(self.chain) and all(
            each.not_valid_before_utc <= now <= each.not_valid_after_utc for each in self.chain
        )


@dataclass(frozen=True, slots=True)
class Ports:
    """Handed to every use case; a test replaces the clock and nothing else."""

    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    draw: Callable[[int], int]
    secret: bytes
    public_url: str
    wallet_url: str
    demo: bool
    organisations: Organisations
    personas: Personas
    signers: Mapping[str, Signer]
    store: Store

    def addresses(self, organisation: str) -> Addresses:
        """URLs of one tenant."""
        return Addresses(self.public_url, organisation)

    def record(self, persona: str, configuration_id: str) -> Record:
        """What an organisation has on record; an offer is only made where there is something (KeyError)."""
        found = self.personas.get(persona)
        if found is None:
            raise KeyError(persona)
        return found.records[configuration_id]
