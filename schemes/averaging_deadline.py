"""Until when averaging can be asked (Wet IB 2001, art. 3.154 lid 10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schemes.refusals import AveragingRefused

OBJECTION_TERM: Final = timedelta(weeks=6)
YEARS_TO_ASK: Final = 3
LATEST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class Deadline:
    """From when the assessments are fixed, and the last day on which a request is in time."""

    irrevocable_on: date
    last_day: date


def deadline(dated: Iterable[date]) -> Deadline:
    """Six weeks after the latest assessment, then 36 months; the same calendar date is already too late.

    Assumes no objection or appeal. When that date does not exist (29 February) the month's last day counts.
    Raises AveragingRefused `not_a_date` for a date so late that it can only be a mistake.
    """
    latest = max(dated)
    if latest.year > LATEST_YEAR:
        raise AveragingRefused("not_a_date", "an assessment of a year that this law never sees")
    irrevocable_on = latest + OBJECTION_TERM
    return Deadline(irrevocable_on, _same_date_later(irrevocable_on) - timedelta(days=1))


def _same_date_later(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS_TO_ASK)
    except ValueError:
        return date(day.year + YEARS_TO_ASK, 3, 1)
