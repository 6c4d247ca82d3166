"""Assessments as the tax authority would print them, for tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from schemes.averaging import Assessment, Cohort, levy

DATED = date(2025, 11, 14)
YEARS = (2022, 2023, 2024)


def assessment(year: int, income: int, *, cohort: Cohort = Cohort.BELOW_AOW, **changes: Any) -> Assessment:
    """An assessment with exactly the tax of the tables; `changes` replace members."""
    levied = levy(income, year, cohort)
    plain = Assessment(
        year=year,
        dated=DATED,
        income=income,
        income_tax=levied.income_tax,
        premium=levied.premium,
        rate_adjustment=0,
        resident_whole_year=True,
        already_averaged=False,
        final=True,
    )
    return replace(plain, **changes)


def three(
    incomes: Sequence[int], *, years: Sequence[int] = YEARS, cohort: Cohort = Cohort.BELOW_AOW
) -> list[Assessment]:
    """Three assessments of one cohort."""
    return [assessment(year, income, cohort=cohort) for year, income in zip(years, incomes, strict=True)]
