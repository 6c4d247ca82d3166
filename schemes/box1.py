"""Income tax and premium in box 1, before tax credits (Wet IB 2001, art. 2.10 and 2.10a)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from schemes.amounts import whole_euros
from schemes.refusals import AveragingRefused


class Cohort(StrEnum):
    """Which of the three tables holds for somebody."""

    BELOW_AOW = "below_aow"
    AOW_BORN_1946_OR_LATER = "aow_born_1946_or_later"
    AOW_BORN_BEFORE_1946 = "aow_born_before_1946"

    @classmethod
    def of_pensioner(cls, born: date) -> "Cohort":
        """The table of somebody who has reached AOW age (art. 2.10a)."""
        return cls.AOW_BORN_BEFORE_1946 if born.year < 1946 else cls.AOW_BORN_1946_OR_LATER


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of income up to and including `limit`, taxed at `rate` ten-thousandths."""

    limit: int | None
    rate: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """The table of one year for one cohort; premium is due up to its own limit."""

    slices: tuple[Slice, ...]
    premium_rate: int
    premium_limit: int


@dataclass(frozen=True, slots=True)
class Levy:
    """What is levied on an income, in whole euros, before tax credits."""

    income_tax: int
    premium: int

    @property
    def total(self) -> int:
        """Income tax and premium together (art. 3.154 lid 7)."""
        return self.income_tax + self.premium


def levy(income: int, year: int, cohort: Cohort) -> Levy:
    """Tax and premium on a whole-euro income; each slice and the premium are rounded down to whole euros.

    An income below nil counts as nil. AveragingRefused: not_a_number, amount_out_of_range, unknown_year.
    """
    taxable = max(0, whole_euros(income))
    tariff = tariff_for(year, cohort)
    start, tax = 0, 0
    for piece in tariff.slices:
        end = taxable if piece.limit is None else min(taxable, piece.limit)
        tax += max(0, end - start) * piece.rate // 10_000
        start = end
    return Levy(tax, min(taxable, tariff.premium_limit) * tariff.premium_rate // 10_000)


def tariff_for(year: int, cohort: Cohort) -> Tariff:
    """The table of this year and cohort; AveragingRefused unknown_year where none is known."""
    if type(year) is not int:
        raise AveragingRefused("not_a_number", "a year is not a whole number")
    if year not in YEARS:
        raise AveragingRefused("unknown_year", f"no tariff for {year}")
    return _TARIFFS[year, Cohort(cohort)]


def _read(document: Mapping[str, Any]) -> dict[tuple[int, Cohort], Tariff]:
    return {
        (int(year), Cohort(cohort)): Tariff(
            tuple(Slice(limit, _ten_thousandths(percent)) for limit, percent in table["slices"]),
            _ten_thousandths(document["premium_percent"][cohort]),
            table["premium_limit"],
        )
        for year, tables in document["years"].items()
        for cohort, table in tables.items()
    }


def _ten_thousandths(percent: str) -> int:
    """`8.90` as 890; a finer percentage is a ValueError, because it would be rounded."""
    exact = Decimal(percent) * 100
    if exact != int(exact):
        raise ValueError("a rate with more than two decimals")
    return int(exact)


_TARIFFS: Final = _read(json.loads(files("schemes").joinpath("data/box1_tariffs.json").read_bytes()))
YEARS: Final = frozenset(year for year, _ in _TARIFFS)
