"""The citizen's log: four outcomes, looked for, page by page, and a line that goes for good."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chassis.outbound import Answer
from tests.wallet.conftest import NAME, PIN
from tests.wallet.outside import DESK, ISSUER, NOON
from wallet.domain.history import HistoryNote, Wanted
from wallet.domain.words import Words

NOTE = HistoryNote(who=Words("Loket", "Desk"), who_id="NTRNL-00000001")


def ends(town, outcome):
    """A request that ends in this way."""
    town.verifier.nonce, town.verifier.mandate_id = f"n-{outcome}-12345", f"m-{outcome}-0123456789abc"
    shown = town.asked().json
    if outcome == "not_shared":
        town.call("POST", f"/requests/{shown['id']}/decline")
    elif outcome == "failed":
        town.verifier.response = Answer(400, "application/json", {}, b'{"error":"invalid_request"}')
        town.approves(shown)
    elif outcome == "not_certain":
        town.wire.down.add(f"{DESK}/oid4vp/response")
        town.approves(shown)
    else:
        town.approves(shown)
    town.verifier.response = None
    town.wire.down.clear()


OUTCOMES = ("shared", "not_shared", "failed", "not_certain")


@pytest.fixture
def lived(town):
    """One request of each outcome, and who reads about them."""
    town.collects()
    town.collects()
    for outcome in OUTCOMES:
        ends(town, outcome)
    return town


def titles(page):
    return page.count('class="card__title"')


@pytest.mark.threat("158")
def test_every_transaction_is_there_with_one_of_four_outcomes(lived):
    asked = [line["outcome"] for line in lived.history() if line["kind"] == "request"]

    assert sorted(asked) == sorted(OUTCOMES)
    page = lived.browser().signs_in().goes("/history?lang=en").text
    for words in ("Shared", "Not shared", "Failed, nothing was shared", "Not certain"):
        assert words in page


@pytest.mark.threat("158")
def test_the_log_holds_no_value_of_a_card(lived):
    said = str(lived.history())

    assert "given_name" in said
    assert "999990019" not in said and "de Vries" not in said


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_one_outcome_is_looked_for(lived, outcome):
    page = lived.browser().signs_in().goes(f"/history?outcome={outcome}").text

    assert titles(page) == 1


def test_one_organisation_is_looked_for(lived):
    page = lived.browser().signs_in().goes("/history?party=NTRNL-00000001").text

    assert titles(page) == len(OUTCOMES)


def test_a_period_is_looked_for_and_nothing_found_is_said(lived):
    browser = lived.browser().signs_in()
    day = NOON.date()

    assert titles(browser.goes(f"/history?since={day}&until={day}").text) == len(lived.history())
    assert titles(browser.goes(f"/history?until={day - timedelta(days=1)}").text) == 0
    assert "Zoiets is niet gebeurd." in browser.text


@pytest.mark.parametrize(
    "query", ["outcome=x", "since=yesterday", "page=-1", "page=9999999", "page=x", "until="]
)
def test_odd_questions_find_everything(lived, query):
    page = lived.browser().signs_in().goes(f"/history?{query}").text

    assert titles(page) == len(lived.history())


def test_days_are_those_of_the_netherlands():
    late = NOON.replace(hour=23, minute=30)

    assert Wanted(since=date(2026, 11, 25)).fits(late, "shared", NOTE)
    assert not Wanted(until=date(2026, 11, 24)).fits(late, "shared", NOTE)


def test_a_long_log_has_pages_that_keep_what_is_looked_for(town):
    town.collects()
    for number in range(23):
        town.verifier.nonce = f"n-page-{number:04d}xyz"
        town.call("POST", f"/requests/{town.asked().json['id']}/decline")
    browser = town.browser().signs_in()

    first = browser.goes("/history?outcome=not_shared").text
    second = browser.goes("/history?outcome=not_shared&page=2").text

    assert (titles(first), titles(second)) == (20, 3)
    assert "outcome=not_shared&amp;page=2" in first
    assert titles(browser.goes("/history?outcome=not_shared&page=99").text) == 3


def test_a_line_goes_after_a_warning_and_only_that_line(lived):
    line = next(one for one in lived.history() if one["outcome"] == "shared" and one["kind"] == "request")
    browser = lived.browser().signs_in()

    warning = browser.goes(f"/history/{line['id']}/delete").text
    browser.sends(f"/history/{line['id']}/delete")

    assert "U kunt dit niet ongedaan maken" in warning
    left = lived.history()
    assert line["id"] not in [one["id"] for one in left]
    assert (left[0]["kind"], left[0]["who"]["nl"]) == ("entry_deleted", "Uw wallet")
    assert len(lived.call("GET", "/mandates").json["mandates"]) > 0


def test_somebody_else_s_line_does_not_exist(lived):
    line = lived.history()[0]
    lived.join("Henk", "274952")

    said = lived.call("DELETE", f"/history/{line['id']}", who="Henk")

    assert (said.status_code, said.json["code"]) == (404, "not_found")
    assert line["id"] in [one["id"] for one in lived.history()]
    stranger = lived.browser().signs_in("Henk", "274952")
    assert stranger.goes(f"/history/{line['id']}/delete").page.status_code == 404


def test_deleting_a_card_keeps_what_it_was_used_for(lived):
    before = {line["id"] for line in lived.history()}
    for card in lived.call("GET", "/cards").json["cards"]:
        browser = lived.browser().signs_in(NAME, PIN)
        browser.goes(f"/cards/{card['id']}").sends(f"/cards/{card['id']}/delete")

    assert before < {line["id"] for line in lived.history()}


def test_after_deleting_a_card_the_history_says_where_to_collect_it_again(town):
    town.collects()
    card = town.call("GET", "/cards").json["cards"][0]["id"]
    browser = town.browser().signs_in().goes(f"/cards/{card}/delete")
    browser.sends(f"/cards/{card}/delete")

    page = browser.goes("/history").text

    assert "Kaart verwijderd" in page and "Kaart opgehaald" in page
    assert f'<a href="{ISSUER}/municipality/" rel="noreferrer">Haal deze kaart opnieuw op</a>' in page
