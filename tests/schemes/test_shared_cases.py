"""The cases of the domain notes, where they lie beside the checkout."""

import json
from datetime import date
from pathlib import Path

import pytest

from schemes.averaging import Cohort, PeriodCohort, average_income
from tests.schemes.assessments import assessment

NOTES = Path(__file__).resolve().parents[3] / "shared" / "domain" / "middeling_cases.json"


def load():
    if not NOTES.exists():
        pytest.skip(f"the domain notes are not beside this checkout: {NOTES}")
    return json.loads(NOTES.read_bytes())["cases"]


def printed(case, cohort):
    table = case.get("assessments") or [{}, {}, {}]
    names = {"ib_box1": "income_tax", "premie": "premium", "tariefsaanpassing": "rate_adjustment"}
    return [
        assessment(
            year,
            income,
            cohort=cohort,
            dated=date(2025, 1, 2),
            **{names[name]: amount for name, amount in given.items()},
        )
        for year, income, given in zip(case["years"], case["incomes"], table, strict=True)
    ]


def test_every_case_of_the_notes_comes_out_within_its_tolerance():
    for case in load():
        cohort = Cohort(case["cohort"])
        period = PeriodCohort(cohort, reaches_aow=case["reaches_aow_in_period"])

        result = average_income(printed(case, cohort), cohort=period)

        assert abs(result.refund_eur - case["expected_refund_eur"]) <= case["tolerance_eur"], case["id"]
        assert result.average == case["average"], case["id"]
        assert list(result.levied) == case["steps"]["levied"], case["id"]
