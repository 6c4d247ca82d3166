"""Amounts, dates and account numbers as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from chassis.ui import filters


@pytest.fixture(autouse=True)
def _inside_an_app():
    app = Flask(__name__)
    Babel(app, default_locale="nl")
    with app.test_request_context():
        yield


def test_money_follows_the_language():
    assert filters.money(2809) == "€\N{NO-BREAK SPACE}2.809"
    with force_locale("en"):
        assert filters.money(2809) == "€2,809"


def test_a_negative_amount_keeps_its_sign_in_front():
    assert filters.money(-545) == "\N{MINUS SIGN}€\N{NO-BREAK SPACE}545"


def test_dates_are_written_out():
    assert filters.written_date("2024-06-14") == "14 juni 2024"
    with force_locale("en"):
        assert filters.written_date(date(2024, 6, 14)) == "14 June 2024"


def test_an_instant_is_told_in_dutch_time():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert filters.written_date(late) == "25 november 2026"
    assert filters.written_moment(late) == "25 november 2026, 00:30"


def test_summer_time_is_reckoned_with():
    assert filters.written_moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "1 juli 2026, 14:00"


def test_the_last_hour_of_all_years_which_some_write_for_never_has_words_too():
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

    assert filters.written_date(never) == "31 december 9999"
    assert filters.written_moment(never) == "31 december 9999, 23:59"


def test_a_time_element_can_be_read_by_machines_too():
    element = filters.time_element(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))

    assert element == '<time datetime="2026-11-24T12:00:00+00:00">24 november 2026, 13:00</time>'


def test_an_account_number_stays_on_one_line_in_fours():
    assert filters.spaced_iban("NL31VBLD0000000011").split("\N{NO-BREAK SPACE}") == [
        "NL31",
        "VBLD",
        "0000",
        "0000",
        "11",
    ]


def test_a_decimal_follows_the_language():
    assert filters.one_decimal(6.24) == "6,2"
