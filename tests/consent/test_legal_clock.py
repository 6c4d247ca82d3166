from datetime import UTC, date, datetime, timedelta

import pytest

from consent.legal_clock import LegalClock, easter_sunday, months_after, public_holidays, working_day


def received(*when):
    return LegalClock(datetime(*when, tzinfo=UTC))


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ((2026, 11, 24, 10), date(2026, 12, 24)),
        ((2026, 1, 31, 10), date(2026, 3, 2)),
        ((2024, 1, 31, 10), date(2024, 2, 29)),
        ((2026, 11, 25, 10), date(2026, 12, 28)),
        ((2026, 12, 1, 10), date(2027, 1, 4)),
        ((2027, 2, 26, 10), date(2027, 3, 30)),
        ((2026, 3, 27, 10), date(2026, 4, 28)),
        ((2026, 11, 30, 23, 30), date(2027, 1, 4)),
        ((2026, 11, 30, 22, 30), date(2026, 12, 30)),
        ((2026, 7, 31, 22, 30), date(2026, 9, 1)),
    ],
)
def test_an_answer_is_due_in_a_month_and_never_on_a_free_day(when, due):
    assert received(*when).due == due


def test_a_term_may_be_three_months():
    clock = received(2026, 11, 24, 10)

    assert clock.extend(datetime(2026, 12, 24, 20, tzinfo=UTC)).due == date(2027, 2, 24)


def test_a_term_is_extended_once_and_before_it_ends():
    clock = received(2026, 11, 24, 10)

    with pytest.raises(ValueError, match="once"):
        clock.extend(clock.received_at).extend(clock.received_at)
    with pytest.raises(ValueError, match="before"):
        clock.extend(datetime(2026, 12, 25, 0, tzinfo=UTC))


def test_days_left_are_counted_by_the_dutch_calendar():
    clock = received(2026, 11, 24, 10)

    assert clock.days_left(datetime(2026, 11, 24, 22, 59, tzinfo=UTC)) == 30
    assert clock.days_left(datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == 29
    assert not clock.is_late(datetime(2026, 12, 24, 22, 59, tzinfo=UTC))
    assert clock.is_late(datetime(2026, 12, 24, 23, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (1818, (3, 22)),
        (1943, (4, 25)),
        (1954, (4, 18)),
        (1981, (4, 19)),
        (2000, (4, 23)),
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
        (2027, (3, 28)),
        (2038, (4, 25)),
        (2049, (4, 18)),
    ],
)
def test_easter_falls_on_the_day_of_the_almanac(year, easter):
    assert easter_sunday(year) == date(year, *easter)


def test_easter_is_always_a_sunday_between_its_limits():
    for year in range(1900, 2200):
        day = easter_sunday(year)

        assert day.weekday() == 6
        assert date(year, 3, 22) <= day <= date(year, 4, 25)


def test_the_public_holidays_of_a_year():
    assert sorted(public_holidays(2025)) == [
        date(2025, 1, 1),
        date(2025, 4, 18),
        date(2025, 4, 21),
        date(2025, 4, 26),
        date(2025, 5, 5),
        date(2025, 5, 29),
        date(2025, 6, 9),
        date(2025, 12, 25),
        date(2025, 12, 26),
    ]
    assert date(2026, 4, 27) in public_holidays(2026)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, later):
    assert months_after(day, months) == later


def test_a_term_never_ends_on_a_free_day():
    for offset in range(800):
        day = working_day(date(2026, 1, 1) + timedelta(days=offset))

        assert day.weekday() < 5
        assert day not in public_holidays(day.year)
