"""Several combinations of cards would do (OpenID4VP 1.0, 6.2): the citizen says which, else the least."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.wallet.outside import VCT
from tests.wallet.test_choices import asks, chooses, query, sent

__all__ = ["asks"]
BSN = "personal_administrative_number"
NAMES, NUMBER, FIRST = (
    query("names", "given_name", "family_name"),
    query("number", BSN),
    query("first", "given_name"),
)


def one_of(*options: list[str], **more: Any) -> dict[str, Any]:
    return {"credentials": [NAMES, NUMBER, FIRST], "credential_sets": [{"options": list(options)} | more]}


def page_of(town: Any, shown: Any) -> str:
    text: str = town.browser().signs_in().goes(f"/requests/{shown['id']}/2").text
    return text


def column_of_shared(page: str) -> str:
    return page.partition('id="shared"')[2].partition("</section>")[0]


def test_the_first_wish_counts_where_no_way_is_part_of_another(town, asks):
    town.approves(asks(one_of(["names"], ["number"])))

    assert sent(town) == {"names": {"given_name", "family_name"}}


def test_a_way_that_shows_a_part_of_the_first_is_taken_by_itself(town, asks):
    shown = asks(one_of(["names"], ["number"], ["first"]))

    town.approves(shown)

    assert sent(town) == {"first": {"given_name"}}
    assert [one["index"] for one in shown["choices"]["options"]["0"]] == [2, 0, 1]


def test_two_cards_are_more_than_one_of_them(town, asks):
    town.approves(asks(one_of(["names", "number"], ["number"])))

    assert sent(town) == {"number": {BSN}}


def test_the_way_that_is_chosen_is_shown_and_sent_and_no_other(town, asks):
    before = asks(one_of(["names"], ["number"]))
    assert "999990019" not in column_of_shared(page_of(town, before))

    shown = chooses(town, before, **{"option.0": "1"})
    page = page_of(town, shown)
    town.approves(shown)

    assert "999990019" in column_of_shared(page) and "Noor" not in column_of_shared(page)
    assert sent(town) == {"number": {BSN}}


def test_each_way_stands_on_the_page_with_its_values_and_one_is_ticked(town, asks):
    page = page_of(town, asks(one_of(["names"], ["number"])))

    radios = re.findall(r'<input[^>]*name="option\.0"[^>]*>', page)
    hints = re.findall(r'choice__hint">([^<]*)<', page)
    assert ["checked" in one for one in radios] == [True, False]
    assert "Noor" in hints[0] and "999990019" in hints[1]


def test_the_other_way_is_never_an_addition(town, asks):
    shown = asks(one_of(["names"], ["number"]))

    assert shown["choices"]["optional"] == []


def test_a_choice_among_ways_can_be_taken_back(town, asks):
    shown = chooses(town, asks(one_of(["names"], ["number"])), **{"option.0": "1"})

    town.approves(chooses(town, shown, **{"option.0": "0"}))

    assert sent(town) == {"names": {"given_name", "family_name"}}


def test_approving_what_stood_there_before_another_way_was_chosen_sends_nothing(town, asks):
    before = asks(one_of(["names"], ["number"]))
    chooses(town, before, **{"option.0": "1"})

    assert town.approves(before).json["code"] == "screen_changed"
    assert town.verifier.received == []


@pytest.mark.parametrize("fields", [{"option.0": "7"}, {"option.1": "0"}, {"option.x": "0"}])
def test_a_way_that_is_not_offered_changes_nothing(town, asks, fields):
    shown = asks(one_of(["names"], ["number"]))
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/2")

    browser.sends(f"/requests/{shown['id']}/choice", **fields)

    assert browser.page.status_code == 400 and "choice_unusable" in browser.text
    assert town.call("GET", f"/requests/{shown['id']}").json == shown


def test_a_way_that_cannot_be_answered_is_not_offered(town, asks):
    absent = query("absent", "no_such_claim")
    dcql = {"credentials": [absent, NUMBER], "credential_sets": [{"options": [["absent"], ["number"]]}]}

    shown = asks(dcql)
    town.approves(shown)

    assert shown["choices"]["options"] == {}
    assert sent(town) == {"number": {BSN}}


def test_each_set_has_its_own_question(town, asks):
    town.collects()
    ways = [{"options": [["names"], ["first"]]}, {"options": [["number"], ["first"]]}]
    shown = asks({"credentials": [NAMES, NUMBER, FIRST], "credential_sets": ways})

    shown = chooses(town, shown, **{"option.0": "0", "option.1": "0"})
    town.approves(shown)

    assert sent(town) == {"names": {"given_name", "family_name"}, "number": {BSN}}


def test_developers_choose_a_way_too(town, asks):
    shown = asks(one_of(["names"], ["number"]))

    after = town.call("POST", f"/requests/{shown['id']}/choice", {"options": {"0": 1}}).json
    refused = town.call("POST", f"/requests/{shown['id']}/choice", {"options": {"0": "1"}})
    town.approves(after)

    assert list(after["shared"]) == ["number"]
    assert refused.status_code == 400
    assert sent(town) == {"number": {BSN}}


@pytest.mark.parametrize("required", [True, False])
def test_the_card_that_signs_a_mandate_is_part_of_every_way(town, required):
    town.collects()
    bare = {"id": "other", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    mandated = query("identity", *town.verifier.wanted)
    ways = [{"options": [["other"], ["identity"]], "required": required}]
    town.verifier.query = {"credentials": [bare, mandated], "credential_sets": ways}

    shown = town.asked().json
    done = town.approves(shown)

    assert list(shown["shared"]) == ["identity"] and shown["choices"]["options"] == {}
    assert done.json["outcome"] == "shared"


def test_the_page_of_the_decision_names_the_cards_that_go_along(town, asks):
    shown = asks(one_of(["names"], ["number"]))

    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/3").text

    assert ">2 gegevens van 1 kaart · Identiteit</dd>" in page
