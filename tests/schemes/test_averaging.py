import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.averaging import AveragingRefused, Cohort, PeriodCohort, average_income, levy
from tests.schemes.assessments import YEARS, assessment, three

CASES = json.loads((Path(__file__).parent / "cases.json").read_bytes())["cases"]
WINDOWS = [(first, first + 1, first + 2) for first in range(2017, 2023)]
INCOMES = st.lists(st.integers(-(10**6), 10**7), min_size=3, max_size=3)
OF_ALL_COHORTS = st.sampled_from(list(Cohort))
IN_ALL_WINDOWS = st.sampled_from(WINDOWS)


def refusal(assessments, *, cohort=Cohort.BELOW_AOW, **when):
    with pytest.raises(AveragingRefused) as refused:
        average_income(assessments, cohort=cohort, **when)
    return refused.value.code


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_known_cases_come_out_to_the_euro(case):
    cohort = Cohort(case["cohort"])

    result = average_income(three(case["incomes"], years=case["years"], cohort=cohort), cohort=cohort)

    assert list(result.levied) == case["levied"]
    assert list(result.recalculated) == case["recalculated"]
    assert (result.average, result.refund_eur) == (case["average"], case["refund"])


def test_the_result_names_its_years_incomes_and_difference():
    result = average_income(three([40_000, 100_000, 40_000]), cohort=Cohort.BELOW_AOW)

    assert result.years == YEARS
    assert result.incomes == (40_000, 100_000, 40_000)
    assert result.difference_eur == 69_932 - 66_578 == 3_354


def test_the_levied_side_comes_from_the_assessment_and_not_from_the_table():
    printed = three([40_000, 100_000, 40_000])
    printed[1] = replace(printed[1], income_tax=printed[1].income_tax + 100)

    assert average_income(printed, cohort=Cohort.BELOW_AOW).refund_eur == 2_909


def test_the_rate_adjustment_inside_the_printed_tax_is_left_out():
    printed = three([40_000, 100_000, 40_000])
    printed[1] = replace(printed[1], income_tax=printed[1].income_tax + 812, rate_adjustment=812)

    assert average_income(printed, cohort=Cohort.BELOW_AOW).refund_eur == 2_809


@pytest.mark.parametrize(("difference", "refund"), [(544, 0), (545, 0), (546, 1), (-1000, 0)])
def test_the_threshold_is_a_deductible(difference, refund):
    flat = three([50_000, 50_000, 50_000])
    flat[0] = replace(flat[0], income_tax=flat[0].income_tax + difference)

    result = average_income(flat, cohort=Cohort.BELOW_AOW)

    assert (result.difference_eur, result.refund_eur) == (difference, refund)


def test_a_year_below_nil_counts_as_nil():
    with_loss = average_income(three([-90_000, 90_000, 90_000]), cohort=Cohort.BELOW_AOW)

    assert with_loss.incomes == (0, 90_000, 90_000)
    assert with_loss.average == 60_000


def test_the_average_is_rounded_down():
    assert average_income(three([1, 1, 3]), cohort=Cohort.BELOW_AOW).average == 1


def test_the_same_incomes_in_another_order_of_years_give_another_refund():
    peak_first = average_income(three([100_000, 40_000, 40_000]), cohort=Cohort.BELOW_AOW)
    peak_last = average_income(three([40_000, 40_000, 100_000]), cohort=Cohort.BELOW_AOW)

    assert peak_first.refund_eur != peak_last.refund_eur


def test_aow_age_within_the_period_puts_the_full_premium_on_both_sides():
    printed = [
        assessment(2022, 40_000),
        assessment(2023, 100_000, premium=6_000),
        assessment(2024, 40_000, cohort=Cohort.AOW_BORN_1946_OR_LATER),
    ]

    result = average_income(printed, cohort=PeriodCohort(Cohort.BELOW_AOW, reaches_aow=True))

    assert result.levied == (14_827, 40_318, 14_787)
    assert result.refund_eur == 2_809


def test_aow_age_within_the_period_keeps_the_income_tax_of_the_assessment():
    printed = three([40_000, 100_000, 40_000])
    printed[1] = replace(printed[1], income_tax=printed[1].income_tax + 1_000, rate_adjustment=400)

    result = average_income(printed, cohort=PeriodCohort(Cohort.BELOW_AOW, reaches_aow=True))

    assert result.levied[1] == 40_318 + 600


def test_the_premium_of_the_assessment_counts_when_aow_age_is_not_reached_in_the_period():
    printed = three([40_000, 100_000, 40_000])
    printed[1] = replace(printed[1], premium=6_000)

    assert average_income(printed, cohort=Cohort.BELOW_AOW).levied[1] == 30_047 + 6_000


def test_a_cohort_may_be_given_as_its_claim_value():
    result = average_income(three([40_000, 100_000, 40_000]), cohort="below_aow")

    assert result.refund_eur == 2_809


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_other_than_three_years_is_refused(count):
    years = [assessment(2021 + number, 50_000) for number in range(count)]

    assert refusal(years) == "not_three_years"


@pytest.mark.parametrize("years", [(2020, 2022, 2023), (2022, 2022, 2023), (2022, 2022, 2022)])
def test_years_that_do_not_follow_each_other_are_refused(years):
    assert refusal(three([1, 2, 3], years=years)) == "years_not_consecutive"


def test_a_window_after_2022_is_refused():
    late = [assessment(2023, 1), assessment(2024, 2)]
    late.append(replace(late[1], year=2025))

    assert refusal(late) == "no_year_2022_or_earlier"


def test_a_window_before_the_tables_is_refused():
    early = [assessment(2017, 1), assessment(2018, 2)]
    early.append(replace(early[0], year=2016))

    assert refusal(early) == "unknown_year"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"already_averaged": True}, "year_already_used"),
        ({"resident_whole_year": False}, "part_year"),
        ({"final": False}, "not_final"),
        ({"premium": -1}, "amount_out_of_range"),
        ({"income_tax": -1}, "amount_out_of_range"),
        ({"rate_adjustment": -1}, "amount_out_of_range"),
        ({"rate_adjustment": 10**6}, "amount_out_of_range"),
        ({"income": 10**15 + 1}, "amount_out_of_range"),
        ({"income": -(10**15) - 1}, "amount_out_of_range"),
        ({"dated": date(9999, 12, 31)}, "not_a_date"),
        ({"dated": "2025-11-14"}, "not_a_date"),
        ({"dated": None}, "not_a_date"),
    ],
)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_unusable_assessment_is_refused_wherever_it_stands(change, code, position):
    assessments = three([40_000, 100_000, 40_000])
    assessments[position] = replace(assessments[position], **change)

    assert refusal(assessments) == code


@pytest.mark.parametrize("member", ["income", "income_tax", "premium", "rate_adjustment", "year"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 40_000.0, True, "40000", None])
def test_what_is_no_whole_number_is_refused(member, value):
    assessments = three([40_000, 100_000, 40_000])
    assessments[0] = replace(assessments[0], **{member: value})

    assert refusal(assessments) == "not_a_number"


@pytest.mark.parametrize("member", ["final", "resident_whole_year"])
@pytest.mark.parametrize("value", [None, "true", 1])
def test_anything_but_a_plain_yes_refuses(member, value):
    assessments = three([40_000, 100_000, 40_000])
    assessments[2] = replace(assessments[2], **{member: value})

    assert refusal(assessments) in {"not_final", "part_year"}


@pytest.mark.parametrize("value", [None, "false", 0])
def test_anything_but_a_plain_no_means_the_year_was_used(value):
    assessments = three([40_000, 100_000, 40_000])
    assessments[2] = replace(assessments[2], already_averaged=value)

    assert refusal(assessments) == "year_already_used"


def test_a_refusal_has_only_codes_of_its_list():
    with pytest.raises(ValueError, match="not a code"):
        AveragingRefused("because", "…")


def test_a_request_while_objection_is_possible_is_not_yet():
    assert refusal(three([1, 2, 3]), now=date(2025, 12, 25)) == "not_yet_irrevocable"


def test_six_weeks_after_the_latest_assessment_a_request_can_be_made():
    assert average_income(three([1, 2, 3]), cohort=Cohort.BELOW_AOW, now=date(2025, 12, 26))


def test_a_request_after_the_last_day_is_too_late():
    result = average_income(three([1, 2, 3]), cohort=Cohort.BELOW_AOW, now=date(2028, 12, 25))

    assert result.deadline == date(2028, 12, 25)
    assert refusal(three([1, 2, 3]), now=date(2028, 12, 26)) == "too_late"


def test_a_request_in_time_may_be_decided_later():
    result = average_income(
        three([1, 2, 3]), cohort=Cohort.BELOW_AOW, now=date(2029, 2, 1), requested_on=date(2028, 12, 25)
    )

    assert result.refund_eur == 0
    assert refusal(three([1, 2, 3]), now=date(2028, 12, 1), requested_on=date(2029, 1, 1)) == "too_late"


def test_without_a_day_time_is_not_judged():
    assert average_income(three([1, 2, 3]), cohort=Cohort.BELOW_AOW).irrevocable_on == date(2025, 12, 26)


@given(incomes=INCOMES, window=IN_ALL_WINDOWS, cohort=OF_ALL_COHORTS)
def test_a_refund_is_never_negative_and_never_more_than_what_was_levied(incomes, window, cohort):
    result = average_income(three(incomes, years=window, cohort=cohort), cohort=cohort)

    assert 0 <= result.refund_eur <= sum(result.levied)


@given(incomes=INCOMES, window=IN_ALL_WINDOWS, cohort=OF_ALL_COHORTS, order=st.permutations([0, 1, 2]))
def test_the_order_of_the_list_does_not_matter(incomes, window, cohort, order):
    assessments = three(incomes, years=window, cohort=cohort)
    shuffled = [assessments[position] for position in order]

    assert average_income(shuffled, cohort=cohort) == average_income(assessments, cohort=cohort)


@given(income=st.integers(-(10**6), 10**9), window=IN_ALL_WINDOWS, cohort=OF_ALL_COHORTS)
def test_equal_incomes_give_no_difference(income, window, cohort):
    result = average_income(three([income] * 3, years=window, cohort=cohort), cohort=cohort)

    assert (result.difference_eur, result.refund_eur) == (0, 0)


@given(incomes=INCOMES, more=st.integers(0, 10**5), cohort=OF_ALL_COHORTS)
def test_more_tax_on_an_assessment_never_means_a_smaller_refund(incomes, more, cohort):
    assessments = three(incomes, cohort=cohort)
    heavier = [replace(assessments[0], income_tax=assessments[0].income_tax + more), *assessments[1:]]

    low, high = (average_income(each, cohort=cohort).refund_eur for each in (assessments, heavier))

    assert low <= high


@given(incomes=st.lists(st.integers(0, 68_000), min_size=3, max_size=3))
def test_a_worker_below_the_top_slice_gets_nothing_since_2020(incomes):
    assert average_income(three(incomes), cohort=Cohort.BELOW_AOW).refund_eur == 0


@given(incomes=INCOMES, cohort=OF_ALL_COHORTS, adjustment=st.integers(0, 10**6))
def test_a_rate_adjustment_changes_nothing(incomes, cohort, adjustment):
    assessments = three(incomes, cohort=cohort)
    adjusted = [
        replace(each, income_tax=each.income_tax + adjustment, rate_adjustment=adjustment)
        for each in assessments
    ]

    assert average_income(adjusted, cohort=cohort) == average_income(assessments, cohort=cohort)


@given(incomes=INCOMES, window=IN_ALL_WINDOWS, cohort=OF_ALL_COHORTS)
def test_the_refund_is_what_the_formula_says(incomes, window, cohort):
    result = average_income(three(incomes, years=window, cohort=cohort), cohort=cohort)
    floor = sum(max(0, income) for income in incomes) // 3
    again = sum(levy(floor, year, cohort).total for year in window)

    assert result.refund_eur == max(0, sum(result.levied) - again - 545)
