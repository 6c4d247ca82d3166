from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.averaging_deadline import deadline


@pytest.mark.parametrize(
    ("dated", "irrevocable_on", "last_day"),
    [
        ([date(2024, 3, 12)], date(2024, 4, 23), date(2027, 4, 22)),
        ([date(2027, 12, 31)], date(2028, 2, 11), date(2031, 2, 10)),
        ([date(2023, 10, 13)], date(2023, 11, 24), date(2026, 11, 23)),
        ([date(2024, 1, 18)], date(2024, 2, 29), date(2027, 2, 28)),
        ([date(2024, 1, 19)], date(2024, 3, 1), date(2027, 2, 28)),
    ],
)
def test_six_weeks_and_36_months_and_the_same_date_is_too_late(dated, irrevocable_on, last_day):
    limit = deadline(dated)

    assert (limit.irrevocable_on, limit.last_day) == (irrevocable_on, last_day)


def test_the_latest_date_decides_and_not_the_latest_year():
    late_first_year = deadline([date(2025, 11, 14), date(2023, 6, 1), date(2024, 6, 1)])

    assert late_first_year == deadline([date(2025, 11, 14)])


@given(st.lists(st.dates(date(2018, 1, 1), date(2029, 12, 31)), min_size=1, max_size=3))
def test_there_are_always_three_years_to_ask(dated):
    limit = deadline(dated)

    assert timedelta(days=1094) <= limit.last_day - limit.irrevocable_on <= timedelta(days=1096)
