"""A good no: nothing revealed, a way on, and a reason only when the citizen picks one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.wallet.outside import DESK
from wallet.domain.declining import TOLD, Reason, reason_of

ANSWER = f"{DESK}/oid4vp/response"


def posted(town: Any) -> list[tuple[Any, dict[str, str]]]:
    """What the desk got each time: the fields and the headers."""
    both = zip(town.wire.sent, town.wire.headers, strict=True)
    return [(body, headers) for (_, url, body), headers in both if url == ANSWER]


def says_no(town: Any, road: str, **fields: str) -> Any:
    """By the page of the decision, by Stop, or by the API."""
    id = town.asked().json["id"]
    if road == "api":
        return town.call("POST", f"/requests/{id}/decline", fields or None)
    browser = town.browser().signs_in()
    if road == "stop":
        return browser.goes(f"/requests/{id}/stop").sends(f"/requests/{id}/decline", **fields)
    return browser.goes(f"/requests/{id}/5").sends(f"/requests/{id}/choose", choice="no", **fields)


@pytest.mark.threat("157")
@pytest.mark.parametrize("road", ["stop", "api", "decision"])
def test_no_and_not_having_it_are_the_same_message_and_the_same_headers(town, road):
    says_no(town, "stop")
    town.verifier.nonce = "n-second"
    town.collects()

    says_no(town, road)

    missing, refused = posted(town)
    assert missing == refused
    assert missing[0] == {"error": "access_denied", "state": "s-1"}


@pytest.mark.parametrize("road", ["stop", "api", "decision"])
@pytest.mark.parametrize("reason", Reason)
def test_a_reason_goes_along_only_when_it_was_picked(town, road, reason):
    town.collects()

    says_no(town, road, reason=reason)

    ((body, _),) = posted(town)
    assert body == {"error": "access_denied", "error_description": TOLD[reason], "state": "s-1"}
    assert town.history()[0]["reason"] == reason


@pytest.mark.parametrize("reason", ["", "because <b>I</b> say so", "TOO_MUCH", "too_much\n"])
def test_what_is_no_reason_of_the_list_is_not_told(town, reason):
    town.collects()

    says_no(town, "stop", reason=reason)

    assert posted(town)[0][0] == {"error": "access_denied", "state": "s-1"}
    assert reason_of(reason) is None


def test_reasons_are_fit_for_the_wire():
    assert all(re.fullmatch(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+", text) for text in TOLD.values())
    assert TOLD.keys() == set(Reason)


@pytest.mark.parametrize("step", ["5", "stop"])
def test_no_reason_is_ticked_beforehand_and_the_other_road_is_named(town, step):
    town.collects()
    id = town.asked().json["id"]

    page = town.browser().signs_in().goes(f"/requests/{id}/{step}").text

    reasons = re.findall(r'<input[^>]*name="reason"[^>]*>', page)
    assert len(reasons) == len(Reason) and not any("checked" in one for one in reasons)
    after = town.browser().signs_in().goes(f"/requests/{id}/3").text
    assert "Belastingdienst (voorbeeld)" in after and "op papier" in after


def test_the_outcome_says_what_the_desk_heard(town):
    town.collects()
    id = town.asked().json["id"]
    browser = town.browser().signs_in().goes(f"/requests/{id}/stop")
    browser.sends(f"/requests/{id}/decline", reason="too_much")

    assert "hoorde de reden die u koos" in browser.goes(f"/requests/{id}/result").text
    assert town.history()[0]["outcome"] == "not_shared"


@pytest.mark.threat("154")
def test_a_request_of_another_account_says_nothing_but_what_to_do(town):
    town.collects()
    id = town.asked().json["id"]
    town.join("Henk")

    page = town.browser().signs_in("Henk").goes(f"/requests/{id}/1")

    assert page.page.status_code == 404
    assert "Dit verzoek staat niet in deze wallet" in page.text
    assert "Geldloket" not in page.text


def test_an_unknown_request_and_somebody_elses_are_the_same_page(town):
    town.collects()
    id = town.asked().json["id"]
    town.join("Henk")
    browser = town.browser().signs_in("Henk")

    theirs, nobodys = (browser.goes(f"/requests/{one}/1").text for one in (id, "A" * len(id)))

    def plain(page: str, named: str) -> str:
        return re.sub(r'[0-9a-f]{12}|nonce-[^"\']+|value="[^"]*"', "", page.replace(named, "ID"))

    assert plain(theirs, id) == plain(nobodys, "A" * len(id))


def test_an_expired_request_tells_to_ask_for_a_new_one(town):
    town.collects()
    id = town.asked().json["id"]
    town.clock.advance(minutes=11)

    page = town.browser().signs_in().goes(f"/requests/{id}/1")

    assert page.page.status_code == 409 and "request_expired" in page.text
    assert town.verifier.received == []


def test_a_request_opened_twice_in_the_browser_is_the_same_page(town):
    town.collects()
    browser = town.browser().signs_in()
    link = town.verifier.link().removeprefix("http://localhost:8002")

    first, second = browser.goes(link).leads_to, browser.goes(link).leads_to

    assert first == second and first.endswith("/1")


def test_once_answered_the_same_link_leads_to_how_it_ended(town):
    town.grants()

    page = town.browser().signs_in().goes(town.verifier.link().removeprefix("http://localhost:8002"))

    assert page.page.status_code == 409
    assert re.search(r'href="/requests/[^"]+"', page.text)
