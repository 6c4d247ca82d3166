"""The citizen's own log: names of fields and hashes, never values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from consent.wording import dutch_time
from wallet.domain.account import AccountId
from wallet.domain.words import Words


class HistoryKind(StrEnum):
    """What happened."""

    COLLECTED = "collected"
    RENEWED = "renewed"
    REQUEST = "request"
    WITHDRAWN = "withdrawn"
    CARD_DELETED = "card_deleted"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_ANSWER = "erasure_answer"
    REPORTED = "reported"
    REPORT_ANSWER = "report_answer"
    EXPORTED = "exported"
    ENTRY_DELETED = "entry_deleted"
    OPTED_OUT = "opted_out"
    RUNG_SET = "rung_set"


@dataclass(frozen=True, slots=True)
class NamedFields:
    """The fields of one card that a line is about."""

    card: Words
    fields: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class HistoryNote:
    """The sealed part of a line: who it was about, which fields, and the receipt if there is one.

    `kept` and `worked_out` name what was not sent at that moment, and what follows from what was;
    `request_object` is the asker's own signed request, where it was turned away at the door.
    """

    who: Words
    who_id: str
    purpose: Words | None = None
    fields: tuple[NamedFields, ...] = ()
    mandate_id: str | None = None
    reason: str | None = None
    receipt: dict[str, Any] | None = None
    kept: tuple[NamedFields, ...] = ()
    worked_out: tuple[Words, ...] = ()
    request_object: str | None = None

    @property
    def party(self) -> str:
        """What tells one organisation from another in the log: its number, or its name where it has none."""
        return self.who_id or self.who.nl


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a citizen looks for in the log; nothing set finds everything."""

    outcome: str = ""
    party: str = ""
    since: date | None = None
    until: date | None = None

    def fits(self, at: datetime, outcome: str, note: HistoryNote) -> bool:
        """Whether a line is looked for; days are those of the Netherlands."""
        day = dutch_time(at).date()
        return (
            self.outcome in ("", outcome)
            and self.party in ("", note.party)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


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
