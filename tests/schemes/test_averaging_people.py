from datetime import date

import pytest

from schemes.averaging import (
    AveragingRefused,
    Cohort,
    PeriodCohort,
    cohort_in_period,
    cohort_of_assessments,
)

BELOW, LATER, BEFORE = Cohort.BELOW_AOW, Cohort.AOW_BORN_1946_OR_LATER, Cohort.AOW_BORN_BEFORE_1946


@pytest.mark.parametrize(
    ("born", "aow_from", "expected"),
    [
        (date(1984, 3, 12), date(2052, 3, 12), PeriodCohort(BELOW)),
        (date(1950, 5, 1), date(2015, 8, 1), PeriodCohort(LATER)),
        (date(1945, 12, 31), date(2010, 12, 31), PeriodCohort(BEFORE)),
        (date(1946, 1, 1), date(2011, 1, 1), PeriodCohort(LATER)),
        (date(1955, 6, 1), date(2022, 1, 1), PeriodCohort(LATER)),
        (date(1955, 6, 2), date(2022, 1, 2), PeriodCohort(BELOW, reaches_aow=True)),
        (date(1957, 12, 31), date(2024, 12, 31), PeriodCohort(BELOW, reaches_aow=True)),
        (date(1958, 1, 1), date(2025, 1, 1), PeriodCohort(BELOW)),
    ],
)
def test_the_day_of_aow_age_decides_the_table(born, aow_from, expected):
    assert cohort_in_period(born=born, aow_from=aow_from, first_year=2022) == expected


@pytest.mark.parametrize(
    ("cohorts", "expected"),
    [
        ([BELOW, BELOW, BELOW], PeriodCohort(BELOW)),
        ([LATER, LATER, LATER], PeriodCohort(LATER)),
        ([BEFORE, BEFORE, BEFORE], PeriodCohort(BEFORE)),
        ([BELOW, BELOW, LATER], PeriodCohort(BELOW, reaches_aow=True)),
        ([BELOW, LATER, LATER], PeriodCohort(BELOW, reaches_aow=True)),
    ],
)
def test_three_assessments_tell_the_table(cohorts, expected):
    assert cohort_of_assessments(cohorts) == expected


@pytest.mark.parametrize(
    "cohorts",
    [
        [],
        [LATER, BELOW, BELOW],
        [BELOW, LATER, BELOW],
        [BELOW, BELOW, BEFORE],
        [BEFORE, LATER, LATER],
        [BELOW, LATER, BEFORE],
    ],
)
def test_assessments_of_a_life_that_cannot_be_are_refused(cohorts):
    with pytest.raises(AveragingRefused) as refused:
        cohort_of_assessments(cohorts)

    assert refused.value.code == "cohorts_contradict"
