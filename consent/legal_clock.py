"""The time that the law gives for an answer to a citizen (AVG 12(3); Regulation 1182/71, 3)."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from consent.wording import dutch_time

MONTHS: Final = 1
MONTHS_MORE: Final = 2
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class LegalClock:
    """A request that came in, and until when it must be answered; days are those of the Netherlands."""

    received_at: datetime
    extended: bool = False

    @property
    def due(self) -> date:
        """The last day on which an answer is in time: a month, or three, and never on a free day."""
        months = MONTHS + (MONTHS_MORE if self.extended else 0)
        return working_day(months_after(dutch_time(self.received_at).date(), months))

    def days_left(self, at: datetime) -> int:
        """Whole days until the last one; negative when it has passed."""
        return (self.due - dutch_time(at).date()).days

    def is_late(self, at: datetime) -> bool:
        """Whether the last day is over."""
        return self.days_left(at) < 0

    def extend(self, at: datetime) -> "LegalClock":
        """Two more months, told to the citizen within the first; ValueError for a second time or too late."""
        if self.extended:
            raise ValueError("a term is extended once")
        if self.is_late(at):
            raise ValueError("a term is extended before it ends")
        return replace(self, extended=True)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month (Regulation 1182/71, 3(2)(c))."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_day(day: date) -> date:
    """This day, or the first one after it that is no Saturday, Sunday or public holiday."""
    while day.weekday() >= _SATURDAY or day in public_holidays(day.year):
        day += timedelta(days=1)
    return day


def public_holidays(year: int) -> frozenset[date]:
    """The days of the Dutch general act on terms (Algemene termijnenwet, 3)."""
    easter = easter_sunday(year)
    king = date(year, 4, 27)
    fixed = [date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)]
    moving = [easter + timedelta(days=days) for days in (-2, 1, 39, 50)]
    return frozenset([*fixed, *moving, king - timedelta(days=1) if king.weekday() == 6 else king])


def easter_sunday(year: int) -> date:
    """The Gregorian date of Easter, by the century and the golden number of the year."""
    golden, century = year % 19, year // 100
    leaps = century - century // 4 - (8 * century + 13) // 25
    moon = (leaps + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    days = moon - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))
