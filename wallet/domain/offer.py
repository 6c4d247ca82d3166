"""An offer in progress: read and understood, not yet collected."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from wallet.domain.account import AccountId
from wallet.domain.card import COPIES_PER_CARD, CardField, CardId, Organisation, SealedCard, SealedCopy
from wallet.domain.history import SealedLine
from wallet.domain.refusals import TransactionCodeUnusable
from wallet.domain.words import Words

OfferId = NewType("OfferId", str)

OFFER_LIFE = timedelta(minutes=10)
_LONGEST_CODE = 64


class OfferState(StrEnum):
    """An offer is collected at most once."""

    OPEN = "open"
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


@dataclass(frozen=True, slots=True)
class OfferedCard:
    """One card on offer: its kind, and the labels of what would be kept."""

    configuration_id: str
    vct: str
    name: Words
    fields: tuple[CardField, ...]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the organisation hands out cards; all at its own origin."""

    token: str
    credential: str
    nonce: str
    notification: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What an organisation of the trust list wants to give; nothing was fetched with its code yet."""

    id: OfferId
    issuer: Organisation
    cards: tuple[OfferedCard, ...]
    pre_authorized_code: str
    code_field: CodeField | None
    endpoints: Endpoints
    batch_size: int
    expires_at: datetime

    @property
    def copies(self) -> int:
        """As many copies as we want and the organisation gives (OpenID4VCI 1.0, 3.3)."""
        return min(self.batch_size, COPIES_PER_CARD)


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of an offer: the cards kept, and the names of those that failed a check."""

    cards: tuple[CardId, ...]
    discarded: tuple[Words, ...]


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


@dataclass(frozen=True, slots=True, repr=False)
class Harvest:
    """What one offer brought, to be kept in one go."""

    offer_id: OfferId
    account_id: AccountId
    cards: tuple[SealedCard, ...]
    copies: tuple[SealedCopy, ...]
    sealed_result: bytes
    line: SealedLine
