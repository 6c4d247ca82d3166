"""Mandates: followed up at the register, withdrawn by the key that gave them."""

from __future__ import annotations

import pytest

from openid4vc.jose.jws import parse_jws, verify_jws
from tests.wallet.conftest import PIN
from tests.wallet.outside import DESK


@pytest.fixture
def granted(town):
    """Noor gave the mandate."""
    town.grants()
    return town


def read(town):
    return town.call("GET", f"/mandates/{town.verifier.mandate_id}").json


def withdraw(town, pin: str = PIN):
    return town.call("POST", f"/mandates/{town.verifier.mandate_id}/withdraw", {"pin": pin})


def test_a_mandate_is_kept_as_it_was_signed(granted):
    kept = read(granted)

    assert kept["state"] == "granted"
    assert kept["mandate"]["mandate_id"] == granted.verifier.mandate_id
    assert kept["text"]["nl"].startswith("Uw gemachtigde is Geldloket Voorbeeldstad.")


def test_withdrawing_is_signed_by_the_key_that_gave_it(granted):
    done = withdraw(granted)

    assert done.json == {"mandate": {"id": granted.verifier.mandate_id, "state": "revoked"}}
    assert read(granted)["state"] == "revoked"
    assert granted.history()[0]["kind"] == "withdrawn"


def test_withdrawing_needs_the_pin(granted):
    refused = withdraw(granted, pin="918273")

    assert refused.json["code"] == "wrong_pin"
    assert read(granted)["state"] == "granted"


def test_a_withdrawal_that_comes_too_late_says_so(granted):
    granted.verifier.refuse_with = "mandate_already_used"

    refused = withdraw(granted)

    assert (refused.status_code, refused.json["code"]) == (409, "mandate_already_used")
    assert read(granted)["state"] == "used"
    assert withdraw(granted).json["code"] == "mandate_already_used"


@pytest.mark.parametrize("code", ["mandate_expired", "mandate_not_granted"])
def test_there_is_nothing_to_withdraw_when_the_register_says_so(granted, code):
    granted.verifier.refuse_with = code

    assert withdraw(granted).json["code"] == "mandate_not_active"


def test_a_refused_withdrawal_changes_nothing(granted):
    granted.verifier.refuse_with = "statement_refused"

    assert withdraw(granted).json["code"] == "withdrawal_refused"
    assert read(granted)["state"] == "granted"


def test_a_register_that_is_down_is_named_and_can_be_tried_again(granted):
    granted.wire.down.add(granted.verifier.revocation_uri)
    assert withdraw(granted).json["code"] == "could_not_reach"

    granted.wire.down.clear()

    assert withdraw(granted).status_code == 200


def test_withdrawing_twice_has_nothing_left_to_withdraw(granted):
    withdraw(granted)

    assert withdraw(granted).json["code"] == "mandate_not_active"


def test_the_decision_is_fetched_without_the_pin_once_it_is_there(granted):
    granted.verifier.state = "used"

    first, second = read(granted), read(granted)

    assert (first["state"], first["decision"]["refund_eur"]) == ("used", 2809)
    assert second["decision"] == first["decision"]
    assert len(granted.verifier.statements) == 1


def test_the_wish_to_read_is_signed_for_this_address_by_the_key_that_gave_it(granted):
    granted.verifier.state = "used"
    read(granted)

    typ, statement = granted.verifier.statements[0]
    key = granted.verifier.answers[0].credentials["identity"][0].holder_key
    claims = verify_jws(parse_jws(statement, expected_typ=typ), key=key).claims

    assert claims["aud"] == f"{DESK}/mandates/{granted.verifier.mandate_id}/decision"


def test_when_the_register_is_down_the_last_known_state_is_told(granted):
    granted.wire.homes.pop(DESK)

    assert read(granted)["state"] == "granted"
    page = granted.browser().signs_in().goes(f"/mandates/{granted.verifier.mandate_id}").text
    assert "nu niet bereiken" in page


def test_the_list_tells_the_state_of_now(granted):
    granted.verifier.state = "used"

    assert [one["state"] for one in granted.call("GET", "/mandates").json["mandates"]] == ["used"]
    page = granted.browser().signs_in().goes("/mandates").text
    assert "Gebruikt" in page and "Actief" not in page


def test_a_register_that_is_silent_is_asked_once_for_the_whole_list(granted):
    granted.verifier.mandate_id, granted.verifier.nonce = "m-second-0123456789abcdef", "n-second"
    granted.approves(granted.asked().json)
    granted.wire.homes.pop(DESK)
    before = len(granted.wire.sent)

    listed = granted.call("GET", "/mandates").json["mandates"]

    assert [one["state"] for one in listed] == ["granted", "granted"]
    assert len(granted.wire.sent) == before + 1


def test_the_list_asks_nobody_about_mandates_that_ended(granted):
    withdraw(granted)
    before = len(granted.wire.sent)

    granted.call("GET", "/mandates")

    assert len(granted.wire.sent) == before


def test_a_mandate_past_its_end_is_expired_even_when_nobody_tells(granted):
    granted.wire.homes.pop(DESK)
    granted.clock.advance(days=15)
    granted.tokens["Noor"] = granted.call("POST", "/sessions", {"name": "Noor", "pin": PIN}).json["token"]

    assert read(granted)["state"] == "expired"


def test_a_register_that_changes_its_mind_changes_nothing_here(granted):
    withdraw(granted)
    granted.verifier.state = "granted"

    assert read(granted)["state"] == "revoked"


def test_the_mandate_can_be_withdrawn_after_its_card_was_deleted(granted):
    card = granted.call("GET", "/cards").json["cards"][0]["id"]
    granted.browser().signs_in().goes(f"/cards/{card}").sends(f"/cards/{card}/delete")

    assert withdraw(granted).status_code == 200


def test_somebody_elses_mandate_is_unknown(granted):
    granted.join("Henk")

    for method, path in (("GET", ""), ("POST", "/withdraw")):
        refused = granted.call(
            method, f"/mandates/{granted.verifier.mandate_id}{path}", {"pin": PIN}, who="Henk"
        )
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")


def test_from_the_start_page_withdrawing_is_two_clicks_away(granted):
    browser = granted.browser().signs_in().goes("/")
    assert f'href="/mandates/{granted.verifier.mandate_id}"' in browser.text

    browser.goes(f"/mandates/{granted.verifier.mandate_id}")

    assert f'action="/mandates/{granted.verifier.mandate_id}/withdraw"' in browser.text
