"""What the cards themselves tell about a scheme: worked out here, before anybody is asked anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from schemes.averaging import (
    Assessment,
    AveragingRefused,
    AveragingResult,
    Cohort,
    Step,
    average_income,
    cohort_of_assessments,
)

Claims = Mapping[str, Any]
AVERAGING: Final = "IB-MIDDELING-INDIENEN"
PERIOD: Final = (2022, 2023, 2024)
FINAL: Final = "definitief"
UNREADABLE: Final = "assessment_unreadable"
NOT_ONE_PERSON: Final = "not_one_person"
_KIND: Final = "income-assessment"


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether averaging is worth asking for; where `worth_it` is None, a code or missing years say why."""

    worth_it: bool | None = None
    refund_eur: int | None = None
    difference_eur: int | None = None
    code: str | None = None
    missing_years: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    ask_before: date | None = None


def is_assessment(vct: str) -> bool:
    """Whether a card of this kind is an income tax assessment, whatever its version."""
    return _KIND in vct.split("/")


def of_the_period(assessments: Sequence[Claims]) -> tuple[Claims, ...]:
    """Those of the last period in calendar order; of two for one year the first given counts."""
    by_year: dict[int, Claims] = {}
    for claims in assessments:
        year = claims.get("jaar")
        if type(year) is int and year in PERIOD:
            by_year.setdefault(year, claims)
    return tuple(by_year[year] for year in sorted(by_year))


def advise_averaging(assessments: Sequence[Claims], *, today: date) -> Advice:
    """The estimate over the last period, by the same reading of the cards as who decides."""
    usable = of_the_period(assessments)
    held = {claims["jaar"] for claims in usable}
    missing = tuple(year for year in PERIOD if year not in held)
    if missing:
        return Advice(missing_years=missing, code=_odd_year(assessments))
    if any(claims.get("bsn") != usable[0].get("bsn") for claims in usable):
        return Advice(code=NOT_ONE_PERSON)
    try:
        return _advice(_result(usable, today))
    except AveragingRefused as refused:
        return Advice(code=refused.code)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Advice(code=UNREADABLE)


def _odd_year(assessments: Sequence[Claims]) -> str | None:
    """A card without a plain year may be the very one that seems to be missing."""
    return UNREADABLE if any(type(claims.get("jaar")) is not int for claims in assessments) else None


def _result(by_year: Sequence[Claims], today: date) -> AveragingResult:
    period = cohort_of_assessments([Cohort(claims["aow_cohort"]) for claims in by_year])
    return average_income([_assessment(claims) for claims in by_year], cohort=period, requested_on=today)


def _assessment(claims: Claims) -> Assessment:
    """Field by field; a missing or odd one refuses."""
    return Assessment(
        year=claims["jaar"],
        dated=date.fromisoformat(claims["dagtekening"]),
        income=claims["belastbaar_inkomen_werk_en_woning"],
        income_tax=claims["inkomstenbelasting_box1"],
        premium=claims["premie_volksverzekeringen"],
        rate_adjustment=claims["tariefsaanpassing"],
        resident_whole_year=claims["binnenlands_belastingplichtig_heel_jaar"],
        already_averaged=claims["jaar_al_gebruikt_voor_middeling"],
        final=claims["aanslagstatus"] == FINAL,
    )


def _advice(result: AveragingResult) -> Advice:
    return Advice(
        worth_it=result.refund_eur > 0,
        refund_eur=result.refund_eur,
        difference_eur=result.difference_eur,
        steps=result.steps,
        ask_before=result.deadline + timedelta(days=1),
    )
