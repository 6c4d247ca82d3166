"""Income averaging, *middeling* (Wet IB 2001, art. 3.154, kept alive by art. 10a.28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from schemes.amounts import not_negative, whole_euros
from schemes.averaging_deadline import Deadline, deadline
from schemes.averaging_steps import Figures, Step, steps
from schemes.box1 import Cohort, Levy, levy, tariff_for
from schemes.refusals import AveragingRefused

__all__ = [
    "Assessment",
    "AveragingRefused",
    "AveragingResult",
    "Cohort",
    "Levy",
    "PeriodCohort",
    "Step",
    "average_income",
    "cohort_in_period",
    "cohort_of_assessments",
    "levy",
]
THRESHOLD: Final = 545
LAST_YEAR: Final = 2022


@dataclass(frozen=True, slots=True)
class Assessment:
    """A definitive assessment as printed; amounts in whole euros before tax credits.

    `rate_adjustment` (*tariefsaanpassing*) is part of the printed `income_tax`.
    """

    year: int
    dated: date
    income: int
    income_tax: int
    premium: int
    rate_adjustment: int
    resident_whole_year: bool
    already_averaged: bool
    final: bool


@dataclass(frozen=True, slots=True)
class PeriodCohort:
    """The table of a period, and whether AOW age was reached within it (lid 8)."""

    cohort: Cohort
    reaches_aow: bool = False


@dataclass(frozen=True, slots=True)
class AveragingResult:
    """What averaging gives, in whole euros; lists in calendar order, `deadline` is the last day in time."""

    refund_eur: int
    difference_eur: int
    average: int
    years: tuple[int, ...]
    incomes: tuple[int, ...]
    levied: tuple[int, ...]
    recalculated: tuple[int, ...]
    irrevocable_on: date
    deadline: date
    steps: tuple[Step, ...]


def average_income(
    assessments: Sequence[Assessment],
    *,
    cohort: Cohort | PeriodCohort,
    now: date | None = None,
    requested_on: date | None = None,
) -> AveragingResult:
    """The refund over three whole years in a row, in whole euros, with every step in words.

    Time is judged only with a day: the deadline on `requested_on` (or `now`), whether the assessments
    are irrevocable on `now` (or `requested_on`). AveragingRefused with any code of the class.
    """
    period = cohort if isinstance(cohort, PeriodCohort) else PeriodCohort(Cohort(cohort))
    ordered = _three_years(assessments)
    for assessment in ordered:
        _check_usable(assessment)
    limit = deadline(assessment.dated for assessment in ordered)
    _check_time(limit, decided_on=now or requested_on, requested_on=requested_on or now)
    figures = _figures(ordered, period)
    refund = max(0, figures.difference - THRESHOLD)
    return AveragingResult(
        refund_eur=refund,
        difference_eur=figures.difference,
        average=figures.average,
        years=figures.years,
        incomes=figures.incomes,
        levied=figures.levied,
        recalculated=figures.recalculated,
        irrevocable_on=limit.irrevocable_on,
        deadline=limit.last_day,
        steps=steps(figures, threshold=THRESHOLD, refund=refund),
    )


def cohort_in_period(*, born: date, aow_from: date, first_year: int) -> PeriodCohort:
    """The table for three years, from the day on which somebody reaches AOW age (lid 8, art. 2.10a)."""
    if aow_from <= date(first_year, 1, 1):
        return PeriodCohort(Cohort.of_pensioner(born))
    return PeriodCohort(Cohort.BELOW_AOW, reaches_aow=aow_from <= date(first_year + 2, 12, 31))


def cohort_of_assessments(cohorts: Sequence[Cohort]) -> PeriodCohort:
    """The table for three assessments in calendar order, each with its own cohort.

    Below AOW age first and above it later means reached within the period; AveragingRefused
    cohorts_contradict for anything else than that or three times the same.
    """
    kinds = [Cohort(cohort) for cohort in cohorts]
    if not kinds:
        raise AveragingRefused("cohorts_contradict", "the assessments name no cohort")
    first, last = kinds[0], kinds[-1]
    switches = sum(one is not two for one, two in pairwise(kinds))
    if switches == 0:
        return PeriodCohort(first)
    if switches == 1 and first is Cohort.BELOW_AOW and last is Cohort.AOW_BORN_1946_OR_LATER:
        return PeriodCohort(Cohort.BELOW_AOW, reaches_aow=True)
    raise AveragingRefused("cohorts_contradict", "nobody gets younger or changes year of birth")


def _three_years(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Lid 1 and art. 10a.28: three, in a row, one of them 2022 or earlier."""
    if len(assessments) != 3:
        raise AveragingRefused("not_three_years", "averaging takes exactly three years")
    if any(type(assessment.year) is not int for assessment in assessments):
        raise AveragingRefused("not_a_number", "a year is not a whole number")
    ordered = sorted(assessments, key=lambda assessment: assessment.year)
    first = ordered[0].year
    if [assessment.year for assessment in ordered] != [first, first + 1, first + 2]:
        raise AveragingRefused("years_not_consecutive", "the years do not follow each other")
    if first > LAST_YEAR:
        raise AveragingRefused("no_year_2022_or_earlier", "the scheme ended after 2022")
    for assessment in ordered:
        tariff_for(assessment.year, Cohort.BELOW_AOW)
    return ordered


def _check_usable(assessment: Assessment) -> None:
    """Anything but a plain yes or no in the right place refuses."""
    whole_euros(assessment.income)
    tax = not_negative(assessment.income_tax)
    not_negative(assessment.premium)
    if not_negative(assessment.rate_adjustment) > tax:
        raise AveragingRefused("amount_out_of_range", "the rate adjustment is more than the income tax")
    if type(assessment.dated) is not date:
        raise AveragingRefused("not_a_date", "an assessment has no date")
    if assessment.final is not True:
        raise AveragingRefused("not_final", "an assessment is provisional")
    if assessment.resident_whole_year is not True:
        raise AveragingRefused("part_year", "a year is not a whole year of residence (lid 1)")
    if assessment.already_averaged is not False:
        raise AveragingRefused("year_already_used", "a year counts only once (lid 2)")


def _check_time(limit: Deadline, *, decided_on: date | None, requested_on: date | None) -> None:
    if decided_on is not None and decided_on < limit.irrevocable_on:
        raise AveragingRefused("not_yet_irrevocable", "an objection is still possible (lid 10)")
    if requested_on is not None and requested_on > limit.last_day:
        raise AveragingRefused("too_late", "the 36 months have passed (lid 10)")


def _figures(ordered: Sequence[Assessment], period: PeriodCohort) -> Figures:
    """Lid 3-8: both sides before credits, without the rate adjustment, with the premium."""
    table = Cohort.BELOW_AOW if period.reaches_aow else period.cohort
    incomes = tuple(max(0, assessment.income) for assessment in ordered)
    average = sum(incomes) // 3
    return Figures(
        years=tuple(assessment.year for assessment in ordered),
        incomes=incomes,
        average=average,
        levied=tuple(_levied(assessment, period) for assessment in ordered),
        recalculated=tuple(levy(average, assessment.year, table).total for assessment in ordered),
    )


def _levied(assessment: Assessment, period: PeriodCohort) -> int:
    """From the assessment; with AOW age reached in the period the full premium replaces its own (lid 8)."""
    tax = assessment.income_tax - assessment.rate_adjustment
    if period.reaches_aow:
        return tax + levy(assessment.income, assessment.year, Cohort.BELOW_AOW).premium
    return tax + assessment.premium
