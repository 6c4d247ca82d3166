import json
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.box1 import YEARS, Cohort, Levy, levy, tariff_for
from schemes.refusals import AveragingRefused

COHORTS = list(Cohort)
# Income tax on everything below each higher slice, from the statute's column III.
BELOW_EACH_SLICE = {
    (2017, Cohort.BELOW_AOW): [(19982, 1778), (33791, 3593), (67072, 17171)],
    (2018, Cohort.BELOW_AOW): [(20142, 1792), (33994, 3620), (68507, 17718)],
    (2019, Cohort.BELOW_AOW): [(20384, 1834), (34300, 3288), (68507, 16320)],
    (2020, Cohort.BELOW_AOW): [(34712, 3367), (68507, 15989)],
    (2021, Cohort.BELOW_AOW): [(35129, 3319), (68507, 15702)],
    (2022, Cohort.BELOW_AOW): [(35472, 3341), (69398, 15917)],
    (2023, Cohort.BELOW_AOW): [(37149, 3447), (73031, 16698)],
    (2024, Cohort.BELOW_AOW): [(38098, 3550), (75518, 17384)],
    (2017, Cohort.AOW_BORN_BEFORE_1946): [(19982, 1778), (34130, 3638), (67072, 17078)],
    (2018, Cohort.AOW_BORN_BEFORE_1946): [(20142, 1792), (34404, 3674), (68507, 17605)],
    (2019, Cohort.AOW_BORN_BEFORE_1946): [(20384, 1834), (34817, 3342), (68507, 16177)],
    (2020, Cohort.AOW_BORN_BEFORE_1946): [(35375, 3431), (68507, 15805)],
    (2021, Cohort.AOW_BORN_BEFORE_1946): [(35941, 3396), (68507, 15477)],
    (2022, Cohort.AOW_BORN_BEFORE_1946): [(36409, 3429), (69398, 15658)],
    (2023, Cohort.AOW_BORN_BEFORE_1946): [(38703, 3591), (73031, 16268)],
    (2024, Cohort.AOW_BORN_BEFORE_1946): [(40021, 3729), (75518, 16852)],
}
IN_ALL_YEARS = st.sampled_from(sorted(YEARS))
OF_ALL_COHORTS = st.sampled_from(COHORTS)
INCOMES = st.integers(min_value=-(10**6), max_value=10**7)


def test_every_year_from_2017_to_2024_has_a_table_for_every_cohort():
    tables = [tariff_for(year, cohort) for year in range(2017, 2025) for cohort in COHORTS]

    assert len(tables) == 24
    assert frozenset(range(2017, 2025)) == YEARS


@pytest.mark.parametrize(("year", "cohort"), BELOW_EACH_SLICE)
def test_tax_below_each_slice_is_column_three_of_the_statute(year, cohort):
    limits = BELOW_EACH_SLICE[year, cohort]

    assert [(limit, levy(limit, year, cohort).income_tax) for limit, _ in limits] == limits


@pytest.mark.parametrize("year", range(2017, 2025))
def test_pensioners_born_1946_or_later_pay_the_same_income_tax_as_workers(year):
    incomes = [0, 1, 20000, 34000, 50000, 70000, 120000]

    assert [levy(income, year, Cohort.AOW_BORN_1946_OR_LATER).income_tax for income in incomes] == [
        levy(income, year, Cohort.BELOW_AOW).income_tax for income in incomes
    ]


def test_tax_and_premium_stand_apart():
    assert levy(40_000, 2022, Cohort.BELOW_AOW) == Levy(income_tax=5019, premium=9808)
    assert levy(40_000, 2022, Cohort.BELOW_AOW).total == 14_827


def test_a_limit_belongs_to_the_slice_below_it():
    at, above = levy(69_398, 2022, Cohort.BELOW_AOW), levy(69_400, 2022, Cohort.BELOW_AOW)

    assert (at.income_tax, above.income_tax) == (15_917, 15_917)
    assert levy(69_401, 2022, Cohort.BELOW_AOW).income_tax == 15_918


def test_a_fraction_of_a_euro_is_dropped_per_slice_and_for_the_premium():
    assert levy(10, 2022, Cohort.BELOW_AOW) == Levy(income_tax=0, premium=2)


def test_no_tax_is_due_on_a_loss():
    assert levy(-1_000_000, 2023, Cohort.BELOW_AOW) == Levy(0, 0)


def test_very_large_incomes_are_exact():
    assert levy(10**15, 2024, Cohort.BELOW_AOW).income_tax == 17_384 + (10**15 - 75_518) * 495 // 1000


@pytest.mark.parametrize("year", [2016, 2025, 0, -1, 10**9])
def test_a_year_without_a_table_is_refused(year):
    with pytest.raises(AveragingRefused) as refused:
        levy(1, year, Cohort.BELOW_AOW)

    assert refused.value.code == "unknown_year"


@pytest.mark.parametrize("year", [True, 2022.0, "2022", None])
def test_a_year_that_is_no_whole_number_is_refused(year):
    with pytest.raises(AveragingRefused) as refused:
        levy(1, year, Cohort.BELOW_AOW)

    assert refused.value.code == "not_a_number"


def test_the_data_file_says_where_it_comes_from():
    document = json.loads(files("schemes").joinpath("data/box1_tariffs.json").read_bytes())

    assert "sources" in document["provenance"]
    assert set(document["premium_percent"]) == {cohort.value for cohort in COHORTS}


@pytest.mark.parametrize("year", range(2017, 2025))
@pytest.mark.parametrize("cohort", COHORTS)
def test_limits_ascend_and_only_the_last_slice_is_open(year, cohort):
    slices = tariff_for(year, cohort).slices
    limits = [piece.limit for piece in slices[:-1]]

    assert slices[-1].limit is None
    assert all(low < high for low, high in pairwise(limits))
    assert tariff_for(year, cohort).premium_limit in limits


@pytest.mark.parametrize("year", range(2017, 2025))
def test_within_the_premium_a_worker_pays_17_90_points_more_than_a_pensioner(year):
    worker, pensioner = (
        tariff_for(year, cohort) for cohort in (Cohort.BELOW_AOW, Cohort.AOW_BORN_1946_OR_LATER)
    )

    assert worker.premium_rate - pensioner.premium_rate == 1790


@given(income=INCOMES, more=st.integers(0, 10**6), year=IN_ALL_YEARS, cohort=OF_ALL_COHORTS)
def test_more_income_never_means_less_tax(income, more, year, cohort):
    low, high = levy(income, year, cohort), levy(income + more, year, cohort)

    assert low.income_tax <= high.income_tax
    assert low.premium <= high.premium


@given(income=INCOMES, year=IN_ALL_YEARS, cohort=OF_ALL_COHORTS)
def test_tax_and_premium_never_exceed_the_income(income, year, cohort):
    levied = levy(income, year, cohort)

    assert 0 <= levied.total <= max(0, income)


@given(income=INCOMES, year=IN_ALL_YEARS, cohort=OF_ALL_COHORTS)
def test_amounts_stay_whole_numbers(income, year, cohort):
    levied = levy(income, year, cohort)

    assert (type(levied.income_tax), type(levied.premium)) == (int, int)
