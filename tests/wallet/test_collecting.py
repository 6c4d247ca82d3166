"""Collecting cards: what is shown first, what is checked, what is kept."""

from __future__ import annotations

import pytest

from openid4vc.jose.keys import SigningKey
from tests.wallet.conftest import NAME, PIN, Town
from tests.wallet.outside import CODE, ISSUER, TOWN, VCT, with_alg_none, with_key_binding


def accept(town: Town, **changes: str):
    offer = town.offered().json["id"]
    body = {"pin": PIN, "tx_code": CODE} | changes
    return town.call("POST", f"/offers/{offer}/accept", body)


def test_an_offer_tells_who_gives_what_before_anything_is_collected(town):
    offer = town.offered().json

    assert offer["issuer"] == {
        "id": TOWN,
        "name": {"nl": "Gemeente Voorbeeldstad", "en": "Municipality of Voorbeeldstad"},
    }
    assert offer["credentials"] == [
        {"configuration_id": "identity", "name": {"nl": "Identiteit", "en": "Identity"}, "vct": VCT}
    ]
    assert offer["tx_code"] == {"input_mode": "numeric", "length": 6, "description": "Sent by letter"}
    assert town.issuer.tokens == 0


def test_a_card_is_kept_with_three_copies_and_the_issuer_is_told(town):
    (card,) = town.collects().json["cards"]

    assert (card["vct"], card["copies_left"]) == (VCT, 3)
    assert card["name"] == {"nl": "Identiteit", "en": "Identity"}
    assert town.issuer.notified == ["credential_accepted"]
    assert [line["kind"] for line in town.history()] == ["collected"]


def test_an_offer_by_reference_is_the_same_offer(town):
    link = f"openid-credential-offer://?credential_offer_uri={ISSUER}/municipality/offers/1"

    assert town.offered(link).json["credentials"] == town.offered().json["credentials"]


@pytest.mark.threat("080")
@pytest.mark.parametrize(
    "link",
    [
        "openid-credential-offer://?",
        "openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri=http://localhost:8001/x",
        "openid-credential-offer://?credential_offer=%7B%7D",
        "openid-credential-offer://?credential_offer=nonsense",
        "hello",
    ],
)
def test_a_link_that_is_no_offer_is_refused(town, link):
    refused = town.offered(link)

    assert (refused.status_code, refused.json["code"]) == (400, "offer_unusable")
    assert town.wire.sent == []


@pytest.mark.threat("081")
@pytest.mark.parametrize(
    "link",
    [
        "openid-credential-offer://?credential_offer_uri=http://evil.example/offer",
        "openid-credential-offer://?credential_offer_uri=http://localhost:22/offer",
    ],
)
def test_an_offer_is_fetched_only_from_a_trusted_place(town, link):
    refused = town.offered(link)

    assert refused.json["code"] == "issuer_not_trusted"
    assert town.wire.sent == []


@pytest.mark.threat("081")
def test_an_issuer_that_is_not_on_the_trust_list_is_not_contacted(town):
    refused = town.offered(town.issuer.link(credential_issuer="http://localhost:8001/somebody"))

    assert refused.json["code"] == "issuer_not_trusted"
    assert "localhost:8001" in refused.json["hint"]
    assert town.wire.sent == []


@pytest.mark.threat("083")
@pytest.mark.parametrize("grants", [None, {}, {"unknown": {}}])
def test_an_offer_without_a_grant_that_we_know_is_refused(town, grants):
    assert town.offered(town.issuer.link(grants=grants)).json["code"] == "offer_unusable"


def test_a_configuration_that_the_issuer_does_not_have_is_refused(town):
    refused = town.offered(town.issuer.link(credential_configuration_ids=["passport"]))

    assert refused.json["code"] == "issuer_misconfigured"


@pytest.mark.threat("086")
def test_metadata_of_another_issuer_are_refused(town):
    town.issuer.credential_issuer = f"{ISSUER}/bank"

    assert town.offered().json["code"] == "issuer_misconfigured"


@pytest.mark.threat("087")
def test_endpoints_at_another_host_never_get_the_code(town):
    town.issuer.endpoint_origin = "http://evil.example"

    assert town.offered().json["code"] == "issuer_misconfigured"
    assert not any("evil" in url for url in town.wire.urls())


@pytest.mark.threat("091")
def test_a_type_that_the_issuer_may_not_give_is_refused(town):
    town.issuer.vct = f"{ISSUER}/tax-authority/vct/income-assessment/1"

    assert town.offered().json["code"] == "issuer_misconfigured"


def test_an_issuer_that_is_down_is_named(town):
    town.wire.homes.pop(ISSUER)

    refused = town.offered()

    assert (refused.status_code, refused.json["code"]) == (502, "could_not_reach")
    assert "localhost:8001" in refused.json["title"]


def test_a_wrong_code_leaves_the_offer_open(town):
    offer = town.offered().json["id"]

    wrong = town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": "000000"})
    right = town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE})

    assert wrong.json["code"] == "wrong_tx_code"
    assert len(right.json["cards"]) == 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef"])
def test_a_code_of_another_form_never_leaves_the_wallet(town, code):
    refused = accept(town, tx_code=code)

    assert refused.json["code"] == "tx_code_unusable"
    assert not any("token" in url for url in town.wire.urls())


def test_a_wrong_pin_collects_nothing(town):
    refused = accept(town, pin="918273")

    assert refused.json["code"] == "wrong_pin"
    assert town.issuer.tokens == 0


@pytest.mark.threat("097")
def test_one_offer_is_collected_once(town):
    offer = town.offered().json["id"]
    body = {"pin": PIN, "tx_code": CODE}
    town.call("POST", f"/offers/{offer}/accept", body)

    again = town.call("POST", f"/offers/{offer}/accept", body)

    assert again.json["code"] == "offer_gone"
    assert len(town.call("GET", "/cards").json["cards"]) == 1


def test_an_offer_ends_after_ten_minutes(town):
    offer = town.offered().json["id"]
    town.clock.advance(minutes=11)

    late = town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE})

    assert late.json["code"] == "offer_gone"


DISCARDED = {
    "alg none": lambda town: setattr(town.issuer, "change", with_alg_none),
    "key binding attached": lambda town: setattr(town.issuer, "change", with_key_binding),
    "bound to another key": lambda town: setattr(town.issuer, "holder", SigningKey.generate().public),
    "broken signature": lambda town: setattr(
        town.issuer, "change", lambda credential, _: credential.replace(".", ".A", 1)
    ),
    "a disclosure that nothing refers to": lambda town: setattr(
        town.issuer, "change", lambda credential, _: credential + "WyJzYWx0IiwieCIsMV0~"
    ),
    "revoked on arrival": lambda town: setattr(town.issuer, "revoked", True),
    "status list not reachable": lambda town: town.wire.down.add(f"{TOWN}/statuslists/1"),
}


@pytest.mark.threat("090")
@pytest.mark.threat("094")
@pytest.mark.threat("095")
@pytest.mark.parametrize("fault", DISCARDED)
def test_a_card_that_fails_a_check_is_discarded_and_reported(town, fault):
    DISCARDED[fault](town)

    refused = accept(town)

    assert refused.json["code"] == "cards_discarded"
    assert town.call("GET", "/cards").json["cards"] == []
    assert town.issuer.notified == ["credential_failure"]


@pytest.mark.threat("091")
def test_a_card_of_another_type_than_offered_is_discarded(town, monkeypatch):
    monkeypatch.setattr("tests.wallet.outside.VCT", f"{ISSUER}/municipality/vct/other/1")

    assert accept(town).json["code"] == "cards_discarded"


@pytest.mark.threat("093")
def test_copies_in_reverse_order_each_find_their_own_key(town):
    town.issuer.reverse = True

    assert town.collects().json["cards"][0]["copies_left"] == 3


def test_a_nonce_that_is_no_longer_good_is_asked_once_more(town):
    town.issuer.stale_nonces = 1
    assert town.collects().status_code == 200

    town.issuer.stale_nonces = 2
    assert accept(town).json["code"] == "cards_discarded"


def test_somebody_elses_offer_is_unknown(town):
    offer = town.offered().json["id"]
    town.join("Henk")

    refused = town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE}, who="Henk")

    assert (refused.status_code, refused.json["code"]) == (404, "not_found")


@pytest.mark.threat("082")
def test_opening_a_link_contacts_nobody_before_the_click(town):
    browser = town.browser().signs_in()
    link = town.issuer.link().replace("openid-credential-offer://", "/offer")

    browser.goes(link)
    assert "Gemeente Voorbeeldstad" in browser.text
    assert town.wire.sent == []

    offer = re_value(browser.text, "offer")
    browser.sends("/offers", offer=offer)
    assert browser.leads_to.startswith("/offers/")


def re_value(text: str, name: str) -> str:
    import html
    import re

    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return html.unescape(found.group(1))


def test_the_offer_page_honours_the_form_of_the_code(town):
    offer = town.offered().json["id"]
    page = town.browser().signs_in().goes(f"/offers/{offer}").text

    assert 'maxlength="6"' in page
    assert 'inputmode="numeric"' in page
    assert "Sent by letter" in page


def test_a_deleted_card_is_gone_and_the_history_stays(town):
    card = town.collects().json["cards"][0]["id"]
    browser = town.browser().signs_in().goes(f"/cards/{card}")

    browser.sends(f"/cards/{card}/delete")

    assert town.call("GET", "/cards").json["cards"] == []
    assert {line["kind"] for line in town.history()} == {"collected", "card_deleted"}
    assert town.tokens[NAME]
