"""From verified claims to the scheme's figures, and from its result to the words of the decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from schemes.averaging import (
    Assessment,
    AveragingRefused,
    AveragingResult,
    Cohort,
    average_income,
    cohort_of_assessments,
)
from verifier.domain.refusals import SchemeRefused

Claims = Mapping[str, Any]
FINAL = "definitief"


def decide_averaging(assessments: Sequence[Claims], *, requested_on: date) -> dict[str, Any]:
    """The outcome in whole euros with every step in words; SchemeRefused when the law says no."""
    try:
        by_year = sorted(assessments, key=lambda claims: int(claims["jaar"]))
        period = cohort_of_assessments([Cohort(claims["aow_cohort"]) for claims in by_year])
        result = average_income(
            [_assessment(claims) for claims in by_year], cohort=period, requested_on=requested_on
        )
    except AveragingRefused as refused:
        raise SchemeRefused(refused.code) from refused
    except (KeyError, TypeError, ValueError) as cause:
        raise SchemeRefused("assessment_unreadable") from cause
    return _outcome(result)


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


def _outcome(result: AveragingResult) -> dict[str, Any]:
    return {
        "refund_eur": result.refund_eur,
        "years": list(result.years),
        "average_eur": result.average,
        "difference_eur": result.difference_eur,
        "steps": [{"nl": step.nl, "en": step.en} for step in result.steps],
    }
