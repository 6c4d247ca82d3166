"""An offer in progress: read and understood, not yet collected."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from wallet.domain.access import SealedAccess
from wallet.domain.account import AccountId
from wallet.domain.card import CardId, Organisation, SealedCard, SealedCopy
from wallet.domain.deferred import DeferredId, SealedDeferred
from wallet.domain.history import SealedLine
from wallet.domain.refusals import TransactionCodeUnusable
from wallet.domain.source import OfferedCard, Source
from wallet.domain.words import Words

OfferId = NewType("OfferId", str)

OFFER_LIFE = timedelta(minutes=10)
_LONGEST_CODE = 64


class OfferState(StrEnum):
    """An offer is collected at most once; with a code grant the citizen signs in first."""

    OPEN = "open"
    AUTHORIZING = "authorizing"
    REDEEMING = "redeeming"
    AUTHORIZED = "authorized"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CodeField:
    """The code that the organisation gave another way (OpenID4VCI 1.0, 4.1.1, tx_code)."""

    input_mode: str
    length: int | None
    description: str

    def check(self, code: str) -> str:
        """Return the code without spaces around it; a form that cannot be right never leaves the wallet."""
        code = code.strip()
        if not code or len(code) > _LONGEST_CODE:
            raise TransactionCodeUnusable
        if self.length is not None and len(code) != self.length:
            raise TransactionCodeUnusable
        if self.input_mode == "numeric" and not re.fullmatch(r"[0-9]+", code):
            raise TransactionCodeUnusable
        return code


class Grant(StrEnum):
    """How a token is had: with a code that the offer carries, or by signing in at the organisation."""

    PRE = "pre"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an organisation of the trust list wants to give; nothing was fetched with its code yet."""

    id: OfferId
    source: Source
    cards: tuple[OfferedCard, ...]
    grant: Grant
    pre_authorized_code: str | None
    issuer_state: str | None
    code_field: CodeField | None
    expires_at: datetime

    @property
    def issuer(self) -> Organisation:
        """Who offers."""
        return self.source.issuer


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card that is promised for later, and how many seconds to leave the organisation in peace."""

    id: DeferredId
    name: Words
    interval: int


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of an offer: cards kept, the names of those that failed a check, and those still to come."""

    cards: tuple[CardId, ...]
    discarded: tuple[Words, ...]
    deferred: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class SealedOffer:
    """An offer as the store knows it."""

    id: OfferId
    account_id: AccountId
    state: OfferState
    sealed: bytes
    created_at: datetime
    expires_at: datetime
    sealed_result: bytes | None = None
    sealed_errand: bytes | None = None
    sealed_access: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SealedErrand:
    """An errand as the store knows it: found by its state, and only from the session that began it."""

    state_hash: str
    session: str
    sealed: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Harvest:
    """What one offer brought, to be kept in one go."""

    offer_id: OfferId
    account_id: AccountId
    cards: tuple[SealedCard, ...]
    copies: tuple[SealedCopy, ...]
    sealed_result: bytes
    line: SealedLine | None
    deferred: tuple[SealedDeferred, ...] = ()
    access: SealedAccess | None = None
    receipt_of: str | None = None
