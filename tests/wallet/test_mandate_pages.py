"""Mandates stand in groups, and what happened to one is told in sentences with a date and a time."""

from __future__ import annotations

import html
import re

import pytest

from tests.wallet.conftest import PIN
from wallet.domain.mandate import MandateState
from wallet.web.show_mandates import GROUPS


@pytest.fixture
def reader(town):
    """Noor, who gave a mandate, signed in."""
    town.grants()
    return town.browser().signs_in()


def groups_on(browser) -> list[str]:
    return re.findall(r"<h2>([^<]+ \(\d+\))</h2>", browser.goes("/mandates").text)


def page_of(browser, town) -> str:
    return html.unescape(browser.goes(f"/mandates/{town.verifier.mandate_id}").text)


def test_every_state_is_in_exactly_one_group():
    states = [state for _, group in GROUPS for state in group]

    assert sorted(states) == sorted(MandateState)


def test_an_open_mandate_is_open_and_unused(reader, town):
    assert groups_on(reader) == ["Open (1)"]

    page = page_of(reader, town)
    assert "Op 24 november 2026 om 13:00 gaf u deze machtiging." in page
    assert "Nog niemand heeft de machtiging gebruikt." in page


def test_a_used_mandate_says_who_used_it_when_and_where(reader, town):
    town.verifier.state = "used"

    page = page_of(reader, town)
    assert re.search(
        r"Op \d+ november 2026 om \d\d:\d\d heeft Geldloket Voorbeeldstad deze gebruikt bij", page
    )
    assert groups_on(reader) == ["Gebruikt (1)"]


def test_a_withdrawn_mandate_says_that_nothing_was_done(reader, town):
    page_of(reader, town)
    reader.sends(f"/mandates/{town.verifier.mandate_id}/withdraw", pin=PIN)

    assert groups_on(reader) == ["Ingetrokken (1)"]
    assert "Geldloket Voorbeeldstad deed er niets mee" in page_of(reader, town)


def test_a_mandate_of_which_the_time_is_over_was_used_by_nobody(reader, town):
    town.clock.advance(days=15)
    reader.signs_in()

    assert groups_on(reader) == ["Voorbij zonder gebruik (1)"]
    assert "was de tijd voorbij" in page_of(reader, town)


def test_without_mandates_the_page_says_where_they_come_from(town):
    assert (
        "Een organisatie vraagt erom op haar eigen website"
        in town.browser().signs_in().goes("/mandates").text
    )
