"""Advice by the desk: how sure it is depends on how much the citizen shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consent.advice import GRADES, Statement
from schemes.box1 import Cohort, levy
from verifier.domain.averaging import decide_averaging
from verifier.domain.refusals import SchemeRefused

ADVICE: Final = "averaging-advice"
YEARS: Final = (2022, 2023, 2024)
THRESHOLD_EUR: Final = 545
INCOME: Final = "belastbaar_inkomen_werk_en_woning"
TAX: Final = "inkomstenbelasting_box1"


@dataclass(frozen=True, slots=True)
class DeskAdvice:
    """What the desk can say: from its own sum, a rough one, or only what the wallet stated."""

    grade: str
    worth_it: bool | None
    refund_eur: int | None = None


def grade_of(claims: Sequence[Mapping[str, Any]]) -> str:
    """The least that every card shows decides."""
    lowest = min((_grade(one) for one in claims), default=0)
    return GRADES[lowest]


def advise(
    claims: Sequence[Mapping[str, Any]], statement: Statement | None, *, requested_on: date
) -> DeskAdvice:
    """The surest advice that what was shared allows."""
    grade = grade_of(claims)
    if grade == "full":
        return _by_the_law(claims, requested_on)
    if grade == "totals":
        refund = max(0, _rough_difference(claims) - THRESHOLD_EUR)
        return DeskAdvice(grade, refund > 0, refund)
    return DeskAdvice(grade, None if statement is None else statement.above_threshold)


def _grade(claims: Mapping[str, Any]) -> int:
    return 0 if INCOME not in claims else 1 if TAX not in claims else 2


def _by_the_law(claims: Sequence[Mapping[str, Any]], requested_on: date) -> DeskAdvice:
    try:
        refund = decide_averaging(claims, requested_on=requested_on)["refund_eur"]
    except SchemeRefused:
        return DeskAdvice("full", False, 0)
    return DeskAdvice("full", refund > 0, refund)


def _rough_difference(claims: Sequence[Mapping[str, Any]]) -> int:
    """As if nothing but income counted: no deductions, the ordinary table of each year."""
    by_year = {one["jaar"]: (max(0, one[INCOME]), Cohort(one["aow_cohort"])) for one in claims}
    average = sum(income for income, _ in by_year.values()) // len(by_year)
    return sum(
        levy(income, year, cohort).total - levy(average, year, cohort).total
        for year, (income, cohort) in by_year.items()
    )
