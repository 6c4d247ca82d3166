"""One no is enough: for every organisation at once, for those to come, and with a line in the history."""

from __future__ import annotations

import html

import pytest

from tests.wallet.conftest import PIN
from tests.wallet.test_opting_out import DESK_ID, opts_out
from wallet.domain.settings import OrganisationRule, Rung, Settings

ALL = {"about": "all", "pin": PIN, "channel_letter": "yes", "channel_phone": "yes"}


@pytest.fixture
def reader(town):
    """Noor, who gave a mandate."""
    town.grants()
    return town.browser().signs_in()


def says_to_all(browser, **changes):
    fields = {name: value for name, value in (ALL | changes).items() if value is not None}
    return browser.goes("/settings").sends("/settings/opt-out/everybody", **fields)


def second_mandate(town):
    town.verifier.nonce, town.verifier.mandate_id = "n-second", "m-second-456789abcdefgh"
    return town.asked()


def lines(town, kind):
    return [(line["outcome"], line["who"]["nl"]) for line in town.history() if line["kind"] == kind]


def test_one_choice_is_told_to_every_register_and_stands_in_the_history(reader, town):
    says_to_all(reader)

    assert reader.leads_to == "/settings?done=opt-out#opt-out"
    told = {"mandate_id": town.verifier.mandate_id, "about": "all", "channels": ["letter", "phone"]}
    assert town.verifier.opt_outs == [told]
    assert lines(town, "opted_out") == [("told", "Geldloket Voorbeeldstad")]
    assert "Benader mij niet: Geldloket Voorbeeldstad" in html.unescape(reader.goes("/history").text)


def test_a_choice_for_one_organisation_and_taking_it_back_are_lines_too(reader, town):
    opts_out(reader, "letter")
    opts_out(reader)

    assert [outcome for outcome, _ in lines(town, "opted_out")] == ["taken_back", "told"]


@pytest.mark.threat("904")
def test_a_mandate_given_later_falls_under_it_by_itself(reader, town):
    says_to_all(reader)

    town.approves(second_mandate(town).json)

    told = [one["mandate_id"] for one in town.verifier.opt_outs]
    assert told == ["m-0123456789abcdefghij", "m-second-456789abcdefgh"]
    assert "U gaf daarna een nieuwe machtiging" not in html.unescape(reader.goes("/settings").text)


def test_what_was_said_about_one_organisation_alone_is_not_replaced_by_itself(reader, town):
    says_to_all(reader)
    opts_out(reader, "message", about="service")
    before = len(town.verifier.opt_outs)

    town.approves(second_mandate(town).json)

    assert len(town.verifier.opt_outs) == before
    assert "U gaf daarna een nieuwe machtiging" in html.unescape(reader.goes("/settings").text)


def test_a_grant_holds_although_the_register_did_not_take_the_wish_in_and_the_gap_is_shown(reader, town):
    says_to_all(reader)
    asked = second_mandate(town).json
    town.verifier.refuse_with = "statement_too_old"

    done = town.approves(asked)

    assert done.json["outcome"] == "shared"
    assert "U gaf daarna een nieuwe machtiging" in html.unescape(reader.goes("/settings").text)


def test_the_wish_stands_where_nobody_heard_it_yet_and_the_page_says_so(reader, town):
    town.verifier.refuse_with = "statement_too_old"

    says_to_all(reader)

    assert reader.page.status_code == 502
    page = html.unescape(reader.goes("/settings").text)
    assert 'name="channel_letter" value="yes" checked' in page
    assert "U gaf daarna een nieuwe machtiging" in page
    assert lines(town, "opted_out") == []


def test_without_a_channel_the_wish_is_taken_back_everywhere(reader, town):
    says_to_all(reader)
    says_to_all(reader, channel_letter=None, channel_phone=None)
    town.approves(second_mandate(town).json)

    assert [one["channels"] for one in town.verifier.opt_outs] == [["letter", "phone"], []]
    assert 'value="yes" checked' not in reader.goes("/settings").text


@pytest.mark.parametrize(
    ("wrong", "status"), [({"about": "weather"}, 400), ({"pin": "918273"}, 403), ({"about": None}, 400)]
)
def test_a_choice_that_is_none_and_a_wrong_pin_change_nothing(reader, town, wrong, status):
    says_to_all(reader, **wrong)

    assert reader.page.status_code == status
    assert town.verifier.opt_outs == [] and lines(town, "opted_out") == []
    assert 'value="yes" checked' not in reader.goes("/settings").text


@pytest.mark.threat("905")
@pytest.mark.parametrize(("rung", "mandate"), [("advise", True), ("inform", True), ("inform", False)])
def test_whoever_never_asked_before_is_held_to_the_choice_for_all(town, rung, mandate):
    town.collects()
    browser = town.browser().signs_in()
    browser.goes("/settings").sends("/settings/others", rung=rung)
    town.verifier.with_mandate = mandate
    before = len(town.verifier.received)

    refused = town.asked()

    assert (refused.status_code, refused.json["code"]) == (403, "rung_too_low")
    assert len(town.verifier.received) == before + 1
    assert set(town.verifier.received[-1]) == {"error", "state"}


def test_a_rung_stands_in_the_history_for_one_and_for_all(reader, town):
    reader.goes("/settings").sends("/settings/others", rung="advise")
    reader.goes("/settings").sends("/settings/organisations", organisation=DESK_ID, rung="act")

    assert lines(town, "rung_set") == [("act", "Geldloket Voorbeeldstad"), ("advise", "Alle organisaties")]
    page = html.unescape(reader.goes("/history").text)
    assert "Hoe ver mag het gaan?: Alle organisaties" in page or "Alle organisaties" in page


def test_an_exception_above_the_choice_for_all_is_kept():
    lowered = Settings(others=Rung.INFORM)

    kept = lowered.with_rule(OrganisationRule("a", "A", Rung.ACT))

    assert (kept.rung_of("a"), kept.rung_of("b")) == (Rung.ACT, Rung.INFORM)
    assert kept.with_rule(OrganisationRule("a", "A", Rung.INFORM)).organisations == ()


def test_a_rung_that_does_not_exist_is_refused(reader, town):
    reader.goes("/settings").sends("/settings/others", rung="everything")

    assert reader.page.status_code == 400 and lines(town, "rung_set") == []


def test_what_was_chosen_goes_along_when_everything_is_taken_along(reader, town):
    says_to_all(reader)
    reader.goes("/settings").sends("/settings/others", rung="advise")

    reader.goes("/rights/export").sends("/rights/export", pin=PIN, form="json")
    everything = reader.page.json
    kinds = [line["kind"] for line in everything["history"]]

    assert everything["settings"]["everybody"]["channels"] == ["letter", "phone"]
    assert everything["settings"]["opt_outs"][0]["organisation_id"] == DESK_ID
    assert kinds.count("opted_out") == 1 and kinds.count("rung_set") == 1
