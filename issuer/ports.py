"""Everything a use case can touch outside itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.x509 import Certificate

from issuer.domain.addresses import Addresses
from issuer.domain.authorization import Agreed, Asked, AuthorizationId, Begun, Browser, Clients
from issuer.domain.credential import StatusPlace
from issuer.domain.fresh_values import FreshValues
from issuer.domain.grant import Grant, TokenHashes, TokenId
from issuer.domain.guesses import Guesses
from issuer.domain.issuance import Deferral, Intent, Uses
from issuer.domain.offer import Flow, Offer, OfferId
from issuer.domain.organisation import Organisations
from issuer.domain.persona import Personas, Record
from issuer.domain.published import PublishedLists
from issuer.domain.status import KeptList
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.jose.keys import SigningKey


class OfferStore(Protocol):
    """Offers; see issuer.store.offers for the guarantees."""

    def add(self, offer: Offer, *, code_hash: str) -> None: ...
    def open_offer(self, offer_id: str, *, organisation: str, now: datetime) -> Offer | None: ...
    def open_offer_by_code(
        self, code_hash: str, *, flow: Flow, organisation: str, now: datetime
    ) -> Offer | None: ...
    def count_wrong_tx_code(self, offer_id: OfferId, *, now: datetime) -> None: ...
    def redeem(self, offer_id: OfferId, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool: ...


class AuthorizationStore(Protocol):
    """Authorizations; see issuer.store.authorizations for the guarantees."""

    def push(
        self, id: AuthorizationId, asked: Asked, *, request_hash: str, expires_at: datetime, now: datetime
    ) -> bool: ...
    def begin(
        self, request_hash: str, *, client_id: str, organisation: str, browser: Browser, now: datetime
    ) -> bool: ...
    def begun(self, browser_hash: str, *, organisation: str, now: datetime) -> Begun | None: ...
    def agree(self, agreed: Agreed, *, code_hash: str, expires_at: datetime, now: datetime) -> bool: ...
    def decline(self, id: AuthorizationId, *, now: datetime) -> bool: ...
    def agreed(self, code_hash: str, *, organisation: str) -> Agreed | None: ...
    def redeem(self, id: AuthorizationId, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool: ...
    def burn(self, id: AuthorizationId, *, now: datetime) -> None: ...


class TokenStore(Protocol):
    """Tokens; see issuer.store.tokens for the guarantees."""

    def live_grant(self, access_hash: str, *, organisation: str, now: datetime) -> Grant | None: ...
    def known_grant(self, access_hash: str, *, organisation: str, now: datetime) -> Grant | None: ...
    def remember(self, access_hash: str, grant: Grant) -> None: ...
    def grant_by_refresh(self, refresh_hash: str, *, organisation: str) -> Grant | None: ...
    def refresh(self, used_hash: str, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool: ...


class SpentStore(Protocol):
    """Proofs that were used; see issuer.store.spent for the guarantees."""

    def spend(self, marks: Sequence[str], *, expires_at: datetime, now: datetime) -> str | None: ...


class NonceStore(Protocol):
    """Nonces; see issuer.store.nonces for the guarantees."""

    def add(self, nonce_hash: str, *, organisation: str, expires_at: datetime, now: datetime) -> bool: ...


class IssuanceStore(Protocol):
    """Issuances; see issuer.store.issuances for the guarantees."""

    def intend(
        self, uses: Uses, intent: Intent, *, draw: Callable[[int], int], now: datetime
    ) -> tuple[StatusPlace, ...]: ...
    def forfeit(self, uses: Uses, *, now: datetime) -> None: ...
    def defer(self, uses: Uses, deferral: Deferral, *, intent: Intent, now: datetime) -> None: ...
    def deferral(self, transaction_hash: str, *, token_id: TokenId) -> Deferral | None: ...
    def intend_deferred(
        self, deferral: Deferral, intent: Intent, *, draw: Callable[[int], int], now: datetime
    ) -> tuple[StatusPlace, ...] | None: ...
    def notify(self, notification_hash: str, event: str, *, token_id: TokenId, now: datetime) -> bool: ...


class StatusStore(Protocol):
    """Status lists; see issuer.store.status for the guarantees."""

    def open(self, organisation: str, numbers: Sequence[int]) -> None: ...
    def numbers(self, organisation: str) -> tuple[int, ...]: ...
    def kept(self, organisation: str, number: int) -> KeptList | None: ...
    def revoked(self, organisation: str, number: int, *, since: int) -> tuple[int, ...]: ...
    def keep_token(self, organisation: str, kept: KeptList, *, token: str, signed_at: datetime) -> None: ...
    def revoke(self, organisation: str, number: int, idx: int, *, now: datetime) -> bool: ...


class SweepStore(Protocol):
    """What is over; see issuer.store.sweep for the guarantees."""

    def sweep(self, *, now: datetime) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Store:
    """The groups of verbs."""

    offers: OfferStore
    authorizations: AuthorizationStore
    tokens: TokenStore
    spent: SpentStore
    nonces: NonceStore
    issuances: IssuanceStore
    status: StatusStore
    sweep: SweepStore


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
class WalletPolicy:
    """Which wallets may come, whom we believe about them, and what they must bring.

    `anchors` are the roots of wallet providers, for client attestations and key attestations alike;
    `unregistered` wallets may come if one of those vouches for them (RFC 9126, 2.4).
    """

    clients: Clients
    anchors: tuple[Certificate, ...]
    attestation_required: bool
    challenge_required: bool
    unregistered: bool


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
    opener: DecryptionKey
    wallets: WalletPolicy
    guesses: Guesses
    published: PublishedLists
    store: Store

    def addresses(self, organisation: str) -> Addresses:
        """URLs of one tenant."""
        return Addresses(self.public_url, organisation)

    def dpop_nonces(self, organisation: str) -> FreshValues:
        """Nonces for DPoP proofs at this tenant (RFC 9449, 8)."""
        return FreshValues(self.secret, "dpop nonce", organisation, self.clock())

    def challenges(self, organisation: str) -> FreshValues:
        """Challenges for client attestations at this tenant (attestation-based client authentication, 8)."""
        return FreshValues(self.secret, "attestation challenge", organisation, self.clock())

    def record(self, persona: str, configuration_id: str) -> Record:
        """What an organisation has on record; an offer is only made where there is something (KeyError)."""
        found = self.personas.get(persona)
        if found is None:
            raise KeyError(persona)
        return found.records[configuration_id]
