"""Everything a use case can touch outside itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cryptography.x509 import Certificate

from openid4vc.oauth.par import PushedRequest, PushedResponse
from openid4vc.oauth.token import AnyTokenRequest, TokenResponse
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.lists import VerifiedTrustList
from openid4vc.vci.notification import NotificationRequest
from openid4vc.vp.sender import AcceptedSenders
from wallet.domain.access import AccessId, SealedAccess
from wallet.domain.account import Account, AccountId, KeptSession, NameKey
from wallet.domain.card import CardId, Renewal, SealedCard, SealedCopy
from wallet.domain.deferred import DeferredId, Fulfilment, SealedDeferred
from wallet.domain.history import SealedLine
from wallet.domain.mandate import MandateId, RegisterEntry, SealedMandate
from wallet.domain.offer import Harvest, OfferId, SealedErrand, SealedOffer
from wallet.domain.peer import Delivery, Fresh, Message, RegisterAnswer
from wallet.domain.provider import Client
from wallet.domain.request import RequestId, RequestState, SealedRequest, Sending
from wallet.domain.rights import RightsId, RightsState, SealedRights
from wallet.domain.sealing import PinCost


class AccountStore(Protocol):
    """Accounts and tries; see wallet.store.accounts for the guarantees."""

    def open(self, account: Account) -> bool: ...
    def by_name(self, key: NameKey) -> Account | None: ...
    def by_id(self, id: AccountId) -> Account | None: ...
    def spend_try(self, key: NameKey, *, now: datetime) -> datetime | None: ...
    def forget_tries(self, key: NameKey) -> None: ...


class SessionStore(Protocol):
    """Sessions; see wallet.store.sessions for the guarantees."""

    def open(self, token: str, session: KeptSession, *, now: datetime) -> None: ...
    def use(self, token: str, *, now: datetime) -> KeptSession | None: ...
    def seconds_left(self, token: str, *, now: datetime) -> int: ...
    def close(self, token: str) -> None: ...


class SettingsStore(Protocol):
    """Settings; see wallet.store.settings for the guarantees."""

    def find(self, account_id: AccountId) -> bytes | None: ...
    def change(self, account_id: AccountId, *, before: bytes | None, after: bytes, now: datetime) -> bool: ...
    def set_idle(self, account_id: AccountId, idle_seconds: int) -> None: ...


class OfferStore(Protocol):
    """Offers; see wallet.store.offers for the guarantees."""

    def keep(self, offer: SealedOffer) -> None: ...
    def find(self, id: OfferId, *, account_id: AccountId) -> SealedOffer | None: ...
    def claim(
        self, id: OfferId, *, account_id: AccountId, now: datetime, authorized: bool = False
    ) -> bool: ...
    def release(self, id: OfferId, *, account_id: AccountId) -> bool: ...
    def fail(self, id: OfferId, *, account_id: AccountId) -> bool: ...
    def send_out(
        self, id: OfferId, errand: SealedErrand, *, account_id: AccountId, now: datetime
    ) -> bool: ...
    def come_back(
        self, state_hash: str, *, session: str, account_id: AccountId, now: datetime
    ) -> SealedOffer | None: ...
    def keep_access(self, id: OfferId, sealed_access: bytes, *, account_id: AccountId) -> bool: ...
    def forget_errand(self, id: OfferId, *, account_id: AccountId) -> bool: ...


class CardStore(Protocol):
    """Cards and copies; see wallet.store.cards for the guarantees."""

    def keep(self, harvest: Harvest) -> bool: ...
    def fulfil(self, fulfilment: Fulfilment) -> bool: ...
    def renew(self, renewal: Renewal) -> bool: ...
    def held(self, *, account_id: AccountId) -> tuple[SealedCard, ...]: ...
    def fresh_copies(
        self, ids: Sequence[CardId], *, account_id: AccountId
    ) -> Mapping[CardId, SealedCopy]: ...
    def remove(self, id: CardId, line: SealedLine) -> bool: ...


class AccessStore(Protocol):
    """Access at issuers; see wallet.store.accesses for the guarantees."""

    def find(self, id: AccessId, *, account_id: AccountId) -> SealedAccess | None: ...
    def replace(self, access: SealedAccess) -> None: ...
    def end(self, id: AccessId, *, account_id: AccountId) -> None: ...


class DeferredStore(Protocol):
    """Promises; see wallet.store.deferred for the guarantees."""

    def waiting(self, *, account_id: AccountId) -> Sequence[SealedDeferred]: ...
    def claim(self, id: DeferredId, *, account_id: AccountId, now: datetime, until: datetime) -> bool: ...
    def postpone(self, id: DeferredId, *, account_id: AccountId, until: datetime) -> None: ...
    def drop(self, id: DeferredId, line: SealedLine) -> None: ...


class TrustListMemory(Protocol):
    """Editions of lists of trust; see wallet.store.trust_lists for the guarantees."""

    def last_sequence(self, url: str) -> int | None: ...
    def remember(self, url: str, sequence: int) -> None: ...


class RequestStore(Protocol):
    """Requests; see wallet.store.requests for the guarantees."""

    def keep(self, request: SealedRequest) -> bool: ...
    def find(self, id: RequestId, *, account_id: AccountId) -> SealedRequest | None: ...
    def same(self, fingerprint: str, *, account_id: AccountId) -> SealedRequest | None: ...
    def still_open(self, *, account_id: AccountId, now: datetime) -> tuple[SealedRequest, ...]: ...
    def choose(self, id: RequestId, sealed_choice: bytes, *, account_id: AccountId) -> bool: ...
    def begin_sending(self, sending: Sending, line: SealedLine, mandate: SealedMandate | None) -> bool: ...
    def decline(self, id: RequestId, line: SealedLine) -> bool: ...
    def settle(
        self, id: RequestId, outcome: RequestState, sealed_result: bytes, *, account_id: AccountId
    ) -> None: ...
    def note_result(self, id: RequestId, sealed_result: bytes, *, account_id: AccountId) -> None: ...


class MandateStore(Protocol):
    """Mandates; see wallet.store.mandates for the guarantees."""

    def all(self, *, account_id: AccountId) -> tuple[SealedMandate, ...]: ...
    def find(self, id: MandateId, *, account_id: AccountId) -> SealedMandate | None: ...
    def note_state(
        self, id: MandateId, entry: RegisterEntry, *, account_id: AccountId, now: datetime
    ) -> None: ...
    def note_decision(self, id: MandateId, sealed_decision: bytes, *, account_id: AccountId) -> None: ...
    def revoke(self, id: MandateId, line: SealedLine) -> None: ...


class HistoryStore(Protocol):
    """The log; see wallet.store.history for the guarantees."""

    def add(self, line: SealedLine) -> None: ...
    def newest(self, *, account_id: AccountId, limit: int | None = 100) -> tuple[SealedLine, ...]: ...
    def find(self, id: str, *, account_id: AccountId) -> SealedLine | None: ...
    def remove(self, id: str, trace: SealedLine) -> bool: ...


class RightsStore(Protocol):
    """Requests about rights; see wallet.store.rights for the guarantees."""

    def begin(self, rights: SealedRights, line: SealedLine) -> bool: ...
    def note(
        self, id: RightsId, state: RightsState, sealed_answer: bytes, *, account_id: AccountId, now: datetime
    ) -> bool: ...
    def find(self, id: RightsId, *, account_id: AccountId) -> SealedRights | None: ...
    def open_about(self, subject: str, *, account_id: AccountId) -> SealedRights | None: ...
    def all(self, *, account_id: AccountId) -> tuple[SealedRights, ...]: ...


class Audit(Protocol):
    """Writes one line that holds names and hashes, never values."""

    def __call__(self, event: str, **names: str | int | bool | None) -> None: ...


class Proofs(Protocol):
    """How this wallet proves itself in one dealing; it remembers what each server wants to see next."""

    def headers(self, url: str) -> Mapping[str, str]: ...
    def heard(self, url: str, fresh: Fresh) -> None: ...


class IssuerPeer(Protocol):
    """How issuers are spoken to; every method raises PeerSilent or PeerRefused of wallet.domain.peer."""

    def document(self, url: str, *, accept: str = "application/json") -> bytes: ...
    def metadata(self, url: str) -> Message: ...
    def challenge(self, endpoint: str) -> str: ...
    def push(self, endpoint: str, request: PushedRequest, *, proofs: Proofs) -> PushedResponse: ...
    def token(self, endpoint: str, request: AnyTokenRequest, *, proofs: Proofs) -> TokenResponse: ...
    def nonce(self, endpoint: str, *, proofs: Proofs) -> str: ...
    def credential(self, endpoint: str, message: Message, *, proofs: Proofs) -> Message: ...
    def notify(self, endpoint: str, request: NotificationRequest, *, proofs: Proofs) -> None: ...


class TrustLists(Protocol):
    """How signed lists of trust are fetched, and remembered until their next update."""

    def fetch(self, url: str) -> str | None: ...
    def known(self, url: str, *, now: datetime) -> VerifiedTrustList | None: ...
    def keep(self, url: str, verified: VerifiedTrustList) -> None: ...


class VerifierPeer(Protocol):
    """How verifiers are spoken to; the methods raise PeerSilent or PeerRefused of wallet.domain.peer."""

    @property
    def prefixes(self) -> tuple[str, ...]: ...
    def request_object(self, uri: str, *, wallet_nonce: str | None) -> str: ...
    def answer(self, response_uri: str, form: Mapping[str, str]) -> Delivery: ...
    def mandate_state(self, uri: str) -> Mapping[str, Any]: ...
    def statement(self, uri: str, statement: str) -> RegisterAnswer: ...


class RightsPeer(Protocol):
    """How requests about rights leave; the methods raise PeerSilent or PeerNonsense of wallet.domain.peer."""

    def erasure(self, uri: str, statement: str) -> RegisterAnswer: ...
    def report(self, uri: str, body: bytes) -> RegisterAnswer: ...
    def status(self, uri: str) -> RegisterAnswer: ...


@dataclass(frozen=True, slots=True)
class Stores:
    """What is remembered."""

    accounts: AccountStore
    sessions: SessionStore
    offers: OfferStore
    cards: CardStore
    requests: RequestStore
    mandates: MandateStore
    history: HistoryStore
    accesses: AccessStore
    deferred: DeferredStore
    trust_lists: TrustListMemory
    settings: SettingsStore
    rights: RightsStore


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the wallet believes; `issuers` only counts where no list is named (P-02)."""

    issuers: TrustedIssuers
    senders: AcceptedSenders
    registration_anchors: tuple[Certificate, ...] = ()
    list_urls: tuple[str, ...] = ()
    list_signers: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the wallet demands of who asks."""

    require_registration: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Ports:
    """Clock, chance, secret, trust, memory and the outside world."""

    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    audit: Audit
    pepper: bytes
    pin_cost: PinCost
    client: Client
    trust: Trust
    policy: Policy
    stores: Stores
    issuers: IssuerPeer
    verifiers: VerifierPeer
    trust_lists: TrustLists
    rights: RightsPeer
    supervisor: str = ""
    supervisor_name: str = ""
