"""The wallet locks after a rest, warns before, and leads back to where the citizen was."""

from __future__ import annotations

import pytest

from tests.wallet.conftest import NAME, PIN


@pytest.fixture
def reader(town):
    """Noor, signed in."""
    return town.browser().signs_in().goes("/settings")


def seconds(browser) -> int:
    return int(browser.goes("/session").page.json["seconds"])


@pytest.mark.threat("909")
def test_asking_how_long_is_left_is_no_click(reader, town):
    town.clock.advance(minutes=20)
    assert seconds(reader) == 600
    town.clock.advance(minutes=9)
    assert seconds(reader) == 60
    town.clock.advance(minutes=2)

    assert seconds(reader) == 0
    assert reader.goes("/cards").leads_to.startswith("/sign-in")


def test_more_time_is_one_click(reader, town):
    town.clock.advance(minutes=29)
    reader.sends("/session/extend")
    assert reader.page.json == {"seconds": 1800}
    town.clock.advance(minutes=29)

    assert reader.goes("/cards").page.status_code == 200


def test_more_time_needs_a_session_and_the_form(reader, town):
    town.clock.advance(minutes=31)
    reader.sends("/session/extend")
    assert reader.leads_to.startswith("/sign-in")

    assert reader.client.post("/session/extend", base_url="http://localhost:8002").status_code == 403


@pytest.mark.threat("909")
def test_a_session_never_outlives_its_day(reader, town):
    for _ in range(16):
        town.clock.advance(minutes=29)
        reader.goes("/cards")

    assert 0 < seconds(reader) <= 16 * 60


@pytest.mark.threat("909")
@pytest.mark.parametrize(("minutes", "open_after"), [(5, 4), (60, 59), (300, 299)])
def test_the_citizen_chooses_how_long_and_it_counts_at_once(reader, town, minutes, open_after):
    reader.sends("/settings/lock", minutes=str(minutes))
    reader.goes("/settings")
    town.clock.advance(minutes=open_after)
    assert reader.goes("/settings").page.status_code == 200

    town.clock.advance(minutes=minutes, seconds=31)
    assert reader.goes("/settings").leads_to.startswith("/sign-in")


def test_the_choice_counts_for_the_next_session_too(reader, town):
    reader.sends("/settings/lock", minutes="5")
    other = town.browser().signs_in()
    town.clock.advance(minutes=6)

    assert other.goes("/cards").leads_to.startswith("/sign-in")


def test_somebody_elses_sign_in_does_not_end_a_long_session(reader, town):
    reader.sends("/settings/lock", minutes="300")
    town.clock.advance(minutes=45)
    town.join("Henk", PIN)

    assert reader.goes("/cards").page.status_code == 200


def test_after_the_lock_the_way_leads_back(reader, town):
    town.clock.advance(minutes=31)
    reader.goes("/locked?next=/settings%3Fdone%3Dlock")
    assert "Uw wallet is op slot" in reader.text
    assert 'name="next" value="/settings?done=lock"' in reader.text

    reader.sends("/sign-in", name=NAME, pin=PIN, next="/settings?done=lock")
    assert reader.leads_to == "/settings?done=lock"


@pytest.mark.threat("916")
@pytest.mark.parametrize(
    "elsewhere", ["https://bad.example/", "//bad.example", "/\\bad.example", "/sign-out"]
)
def test_after_the_lock_the_way_leads_nowhere_else(reader, town, elsewhere):
    town.clock.advance(minutes=31)
    reader.client.get("/locked", query_string={"next": elsewhere}, base_url="http://localhost:8002")
    page = reader.client.get("/locked", query_string={"next": elsewhere}, base_url="http://localhost:8002")

    assert 'name="next" value="/"' in page.get_data(as_text=True)


def test_an_open_session_is_not_locked_by_an_old_tab(reader):
    assert reader.goes("/locked?next=/cards").leads_to == "/cards"


def test_every_page_of_a_citizen_carries_the_warning_and_no_other_page_does(reader):
    assert 'id="lock"' in reader.goes("/cards").text

    reader.sends("/sign-out")
    assert 'id="lock"' not in reader.goes("/").text
