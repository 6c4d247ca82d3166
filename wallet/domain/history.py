"""The citizen's own log: names of fields and hashes, never values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from wallet.domain.account import AccountId
from wallet.domain.words import Words


class HistoryKind(StrEnum):
    """What happened."""

    COLLECTED = "collected"
    RENEWED = "renewed"
    REQUEST = "request"
    WITHDRAWN = "withdrawn"
    CARD_DELETED = "card_deleted"


@dataclass(frozen=True, slots=True)
class NamedFields:
    """The fields of one card that a line is about."""

    card: Words
    fields: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class HistoryNote:
    """The sealed part of a line: who it was about, which fields, and the receipt if there is one."""

    who: Words
    who_id: str
    purpose: Words | None = None
    fields: tuple[NamedFields, ...] = ()
    mandate_id: str | None = None
    reason: str | None = None
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """The part of a line that is not sealed: it says that something happened, and how it ended."""

    kind: HistoryKind
    outcome: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SealedLine:
    """A line as the store knows it; a request's line takes over the outcome of its request."""

    id: str
    account_id: AccountId
    at: datetime
    kind: HistoryKind
    outcome: str
    sealed: bytes
    request_id: str | None = None
