"""Cards that come later, and new copies of cards that ran out."""

from __future__ import annotations

import pytest

from tests.wallet.conftest import NAME, PIN
from tests.wallet.outside import Authority
from tests.wallet.test_requests import code_of


@pytest.fixture
def promised(code_town):
    """Noor signed in, and the issuer has no card yet."""
    code_town.issuer.promises = 1
    code_town.answer = code_town.signs_in_and_collects()
    code_town.waiting = code_town.answer.json["deferred"][0]
    return code_town


def looks(town, pin: str = PIN):
    return town.call("POST", f"/deferred/{town.waiting['id']}/collect", {"pin": pin})


def test_a_promise_is_kept_and_told_with_its_interval(promised):
    assert promised.answer.status_code == 202
    assert (promised.answer.json["cards"], promised.waiting["interval"]) == ([], 60)
    assert promised.history() == []


def test_before_its_time_the_issuer_is_left_in_peace(promised):
    before = len(promised.wire.sent)

    early = looks(promised)

    assert (early.status_code, early.json["deferred"][0]["interval"]) == (202, 60)
    assert len(promised.wire.sent) == before


def test_when_its_time_is_there_the_card_is_kept_with_its_copies(promised):
    promised.clock.advance(seconds=61)

    later = looks(promised)

    assert [card["copies_left"] for card in later.json["cards"]] == [3]
    assert [line["kind"] for line in promised.history()] == ["collected"]
    assert promised.issuer.notified == ["credential_accepted"]
    assert promised.approves(promised.asked().json).json["outcome"] == "shared"


def test_still_not_ready_waits_for_as_long_as_the_issuer_says_now(promised):
    promised.issuer.promises, promised.issuer.interval = 2, 300
    promised.clock.advance(seconds=61)

    again = looks(promised)
    promised.clock.advance(seconds=290)
    early = looks(promised)

    assert (again.status_code, again.json["deferred"][0]["interval"]) == (202, 300)
    assert early.status_code == 202
    assert len([url for url in promised.wire.urls() if url.endswith("/deferred")]) == 1


def test_opening_the_cards_fetches_it_without_the_pin(promised):
    promised.clock.advance(seconds=61)
    browser = promised.browser().signs_in()

    page = browser.goes("/cards").text

    assert "Identiteit" in page and "Nog niet klaar" not in page
    assert len(promised.call("GET", "/cards").json["cards"]) == 1


def test_the_pages_tell_that_it_is_not_ready_and_when_to_look(promised):
    browser = promised.browser().signs_in()

    assert "Nog niet klaar" in browser.goes("/cards").text
    assert "60 seconden" in browser.text
    browser.sends(f"/deferred/{promised.waiting['id']}/collect")
    assert "nog niet klaar" in browser.text


def test_a_token_that_ran_out_meanwhile_is_renewed(promised):
    promised.clock.advance(minutes=20)

    assert looks(promised).status_code == 200
    assert promised.issuer.redeemed[-1]["grant_type"] == "refresh_token"


@pytest.mark.parametrize("error", ["credential_request_denied", "invalid_transaction_id"])
def test_a_no_of_the_issuer_ends_the_promise(promised, error):
    promised.issuer.deferred_error = error
    promised.clock.advance(seconds=61)

    refused = looks(promised)

    assert code_of(refused) == "issuer_refused"
    assert code_of(looks(promised)) == "not_found"
    assert [line["outcome"] for line in promised.history()] == ["failed"]


def test_silence_does_not_end_the_promise(promised):
    promised.wire.down.add("http://localhost:8001/municipality/deferred")
    promised.clock.advance(seconds=61)
    assert code_of(looks(promised)) == "could_not_reach"

    promised.wire.down.clear()
    promised.clock.advance(seconds=61)

    assert looks(promised).status_code == 200


def test_a_promised_card_that_fails_a_check_is_discarded(promised):
    promised.issuer.revoked = True
    promised.clock.advance(seconds=61)

    assert code_of(looks(promised)) == "cards_discarded"
    assert promised.issuer.notified == ["credential_failure"]
    assert promised.call("GET", "/cards").json["cards"] == []


def test_a_wrong_pin_fetches_nothing(promised):
    promised.clock.advance(seconds=61)

    assert code_of(looks(promised, pin="918273")) == "wrong_pin"


def test_somebody_elses_promise_is_unknown(promised):
    promised.join("Henk")
    promised.clock.advance(seconds=61)

    refused = promised.call("POST", f"/deferred/{promised.waiting['id']}/collect", {"pin": PIN}, who="Henk")

    assert code_of(refused) == "not_found"


def test_a_promise_is_encrypted_both_ways_too(code_town):
    code_town.issuer.encrypts()
    code_town.issuer.promises = 1
    code_town.waiting = code_town.signs_in_and_collects().json["deferred"][0]
    code_town.clock.advance(seconds=61)

    assert looks(code_town).status_code == 200
    assert code_town.issuer.envelopes == [True, True]


def renews(town, card: str, pin: str = PIN):
    return town.call("POST", f"/cards/{card}/renew", {"pin": pin})


def test_new_copies_replace_those_that_nobody_saw(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]
    code_town.verifier.with_mandate = False
    code_town.approves(code_town.asked().json)
    code_town.issuer.claims["family_name"] = "Jansen"

    renewed = renews(code_town, card["id"]).json["cards"][0]

    assert (renewed["id"], renewed["copies_left"]) == (card["id"], 3)
    code_town.verifier.nonce = "n-again"
    assert code_town.asked().json["shared"]["identity"]["claims"]["family_name"] == "Jansen"
    assert code_town.history()[0]["kind"] == "renewed"


def test_renewing_uses_the_keys_of_the_first_sign_in(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]

    renews(code_town, card["id"])

    assert code_town.issuer.redeemed[-1]["refresh_token"] == "r-1"
    assert len(code_town.issuer.thumbprints) == 1
    assert len({client.thumbprint for client in code_town.issuer.clients}) == 1


def test_a_newer_refresh_token_takes_the_place_of_the_older(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]
    renews(code_town, card["id"])

    renews(code_town, card["id"])

    assert code_town.issuer.redeemed[-1]["refresh_token"] == "r-2"


def test_when_the_issuer_wants_a_new_sign_in_the_card_stays(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]
    code_town.issuer.refuse_refresh = True

    refused = renews(code_town, card["id"])

    assert code_of(refused) == "renewal_over"
    (kept,) = code_town.call("GET", "/cards").json["cards"]
    assert (kept["copies_left"], kept["renewable"]) == (3, False)


def test_new_copies_that_fail_a_check_change_nothing(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]
    code_town.issuer.authority = Authority("Stranger", "NTRNL-00000003")

    assert code_of(renews(code_town, card["id"])) == "cards_discarded"
    assert code_town.call("GET", "/cards").json["cards"][0]["copies_left"] == 3


def test_without_a_refresh_token_there_are_no_new_copies(code_town):
    code_town.issuer.refresh = False
    (card,) = code_town.signs_in_and_collects().json["cards"]

    assert card["renewable"] is False
    assert code_of(renews(code_town, card["id"])) == "renewal_over"


def test_renewing_needs_the_pin(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]

    assert code_of(renews(code_town, card["id"], pin="918273")) == "wrong_pin"
    assert len(code_town.issuer.redeemed) == 1


def test_the_page_of_a_card_that_runs_out_offers_new_copies(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]
    code_town.verifier.with_mandate = False
    browser = code_town.browser().signs_in()
    assert "Nieuwe exemplaren ophalen" not in browser.goes(f"/cards/{card['id']}").text
    for number in range(2):
        code_town.verifier.nonce = f"n-{number}"
        code_town.approves(code_town.asked().json)

    browser.goes(f"/cards/{card['id']}").sends(f"/cards/{card['id']}/renew", pin="000001")
    assert browser.page.status_code == 403 and 'id="error-summary"' in browser.text
    browser.sends(f"/cards/{card['id']}/renew", pin=PIN)

    assert browser.leads_to == f"/cards/{card['id']}"
    assert code_town.call("GET", "/cards").json["cards"][0]["copies_left"] == 3
    assert code_town.tokens[NAME]
