"""Group B1 of the threat catalogue: what offers and issuers can do to a wallet, one test a row."""

from __future__ import annotations

import json
import re
import time
from urllib.parse import urlencode

import pytest

from chassis.outbound import Answer
from tests.wallet.conftest import PIN
from tests.wallet.outside import (
    CODE,
    ISSUER,
    TOWN,
    WALLET,
    Authority,
    json_answer,
    with_alg_none,
    with_key_binding,
)
from tests.wallet.test_requests import code_of

PRE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
OFFER = "openid-credential-offer://"


def nothing_happened(town) -> bool:
    return town.wire.sent == [] and town.call("GET", "/cards").json["cards"] == []


@pytest.mark.threat("080")
@pytest.mark.parametrize("names", [(), ("credential_offer", "credential_offer_uri")])
def test_both_or_neither_way_of_giving_an_offer(town, names):
    given = {name: f"{ISSUER}/municipality/offers/1" for name in names}

    assert code_of(town.offered(f"{OFFER}?{urlencode(given)}")) == "offer_unusable"
    assert nothing_happened(town)


@pytest.mark.threat("081")
def test_an_issuer_that_is_not_on_the_list(town):
    refused = town.offered(town.issuer.link(credential_issuer="http://localhost:8001/somebody"))

    assert code_of(refused) == "issuer_not_trusted"
    assert "localhost:8001" in refused.json["hint"]
    assert nothing_happened(town)


@pytest.mark.threat("082")
def test_a_link_that_is_opened_without_login_or_click(town):
    path = town.issuer.link().replace(OFFER, "/offer")

    assert town.browser().goes(path).leads_to.startswith("/sign-in")
    assert "nog niemand benaderd" in town.browser().signs_in().goes(path).text
    assert nothing_happened(town)


@pytest.mark.threat("083")
@pytest.mark.parametrize(
    "grants", [None, {}, {"unknown": {}}, {PRE: []}, {PRE: None}, {PRE: {}}, [], "x", {PRE: {"tx_code": 1}}]
)
def test_an_offer_with_grants_that_make_no_sense(town, grants):
    assert code_of(town.offered(town.issuer.link(grants=grants))) == "offer_unusable"
    assert town.collects().status_code == 200


HUGE = {
    "5 MB": "x" * 5_000_000,
    "depth 10,000": "[" * 10_000 + "]" * 10_000,
    "a doubled key": '{"credential_issuer":"a","credential_issuer":"b"}',
    "no ids": json.dumps({"credential_issuer": TOWN, "credential_configuration_ids": []}),
    "an empty id": json.dumps({"credential_issuer": TOWN, "credential_configuration_ids": [""]}),
    "a doubled id": json.dumps({"credential_issuer": TOWN, "credential_configuration_ids": ["a", "a"]}),
    "a long id": json.dumps({"credential_issuer": TOWN, "credential_configuration_ids": ["a" * 1000]}),
}


@pytest.mark.threat("084")
@pytest.mark.parametrize("kind", HUGE)
def test_an_offer_that_is_built_to_hurt(town, kind):
    link = f"{OFFER}?{urlencode({'credential_offer': HUGE[kind]})}"
    start = time.process_time()

    refused = town.offered(link)

    assert refused.status_code in (400, 413)
    assert time.process_time() - start < 10
    assert nothing_happened(town)


@pytest.mark.threat("085")
def test_a_description_of_a_code_is_text_and_the_page_tells_who_gets_it(town):
    def link(description: str) -> str:
        code = {"pre-authorized_code": "a-code", "tx_code": {"description": description}}
        return str(town.issuer.link(grants={PRE: code}))

    assert code_of(town.offered(link("x" * 301))) == "offer_unusable"
    offer = town.offered(link("<b>Bel \u202e1234</b>")).json["id"]
    page = town.browser().signs_in().goes(f"/offers/{offer}").text

    assert "&lt;b&gt;Bel 1234&lt;/b&gt;" in page and "\u202e" not in page
    assert "Gemeente Voorbeeldstad" in page


@pytest.mark.threat("086")
def test_metadata_of_somebody_else_or_an_identifier_with_more_behind_it(town):
    town.issuer.credential_issuer = f"{ISSUER}/bank"
    assert code_of(town.offered()) == "issuer_misconfigured"

    for behind in ("?x=1", "#x"):
        refused = town.offered(town.issuer.link(credential_issuer=f"{TOWN}{behind}"))
        assert code_of(refused) == "offer_unusable"
    assert town.issuer.tokens == 0


@pytest.mark.threat("087")
@pytest.mark.parametrize("where", ["credential_endpoint", "token_endpoint", "push"])
def test_endpoints_at_another_host_never_get_a_secret(code_town, where):
    town = code_town
    evil = "http://evil.example/x"
    if where == "credential_endpoint":
        town.issuer.more_metadata = {where: evil}
    else:
        name = {"push": "pushed_authorization_request_endpoint"}.get(where, where)
        server = town.issuer._server
        town.issuer._server = lambda: server() | {name: evil}

    assert code_of(town.offered()) == "issuer_misconfigured"
    assert not any("evil" in url for url in town.wire.urls())


@pytest.mark.threat("088")
@pytest.mark.parametrize("iss", [None, "http://localhost:8001/bank", f"{TOWN}/"])
def test_the_answer_of_another_server_redeems_nothing(code_town, iss):
    offer = code_town.offered().json["id"]
    code_town.goes_to_sign_in(offer)

    refused = code_town.completes(offer, code_town.issuer.signs_in(iss=iss))

    assert code_of(refused) == "sign_in_again"
    assert code_town.issuer.redeemed == []


@pytest.mark.threat("088")
def test_server_metadata_that_name_another_issuer(code_town):
    code_town.issuer.server_issuer = f"{ISSUER}/bank"

    assert code_of(code_town.offered()) == "issuer_misconfigured"


@pytest.mark.threat("089")
def test_an_answer_that_this_session_does_not_wait_for(code_town):
    town = code_town
    offer = town.offered().json["id"]
    town.goes_to_sign_in(offer)
    good = town.issuer.signs_in()
    town.join("Henk")
    henk = town.call("POST", f"/offers/{offer}/complete", {"redirect": good, "pin": PIN}, who="Henk")
    elsewhere = town.browser().signs_in().goes(good.removeprefix(WALLET)).page
    without = town.completes(offer, town.issuer.signs_in(state=None))
    other = town.completes(offer, town.issuer.signs_in(state="x" * 43))

    assert {code_of(henk), code_of(without), code_of(other)} == {"sign_in_again"}
    assert elsewhere.status_code == 400
    assert town.issuer.redeemed == []

    assert town.completes(offer, good).status_code == 200
    assert code_of(town.completes(offer, good)) == "sign_in_again"
    assert len(town.issuer.redeemed) == 1


FORGED = {
    "alg none": lambda town: setattr(town.issuer, "change", with_alg_none),
    "bad signature": lambda town: setattr(
        town.issuer, "change", lambda credential, _: credential.replace(".", ".A", 1)
    ),
    "chain to no anchor": lambda town: setattr(
        town.issuer, "authority", Authority("Gemeente Voorbeeldstad", "NTRNL-00000003", (TOWN,))
    ),
}


def is_discarded(town) -> bool:
    refused = town.collects()
    return (code_of(refused), town.call("GET", "/cards").json["cards"], town.issuer.notified) == (
        "cards_discarded",
        [],
        ["credential_failure"],
    )


@pytest.mark.threat("090")
@pytest.mark.parametrize("fault", FORGED)
def test_a_card_that_nobody_vouches_for(town, fault):
    FORGED[fault](town)

    assert is_discarded(town)


@pytest.mark.threat("091")
def test_a_card_of_another_type_or_of_who_may_not_give_it(town, monkeypatch):
    monkeypatch.setattr("tests.wallet.outside.VCT", f"{TOWN}/vct/other/1")
    assert is_discarded(town)

    monkeypatch.undo()
    town.issuer.vct = f"{ISSUER}/tax-authority/vct/income-assessment/1"
    assert code_of(town.offered()) == "issuer_misconfigured"


@pytest.mark.threat("093")
def test_a_batch_in_any_order_and_with_more_than_was_asked(code_town):
    issued = code_town.issuer._issued

    def reversed_with_surplus() -> Answer:
        said = json.loads(issued().body)
        surplus = json.loads(issued().body)["credentials"][0]
        return json_answer(said | {"credentials": [surplus, *reversed(said["credentials"])]})

    code_town.issuer._issued = reversed_with_surplus
    (card,) = code_town.signs_in_and_collects().json["cards"]

    assert card["copies_left"] == 3
    code_town.verifier.with_mandate = False
    for number in range(3):
        code_town.verifier.nonce = f"n-{number}"
        assert code_town.approves(code_town.asked().json).json["outcome"] == "shared"


@pytest.mark.threat("094")
def test_a_card_that_was_already_presented(town):
    town.issuer.change = with_key_binding

    assert is_discarded(town)


@pytest.mark.threat("095")
@pytest.mark.parametrize("fault", ["expired", "not yet valid", "revoked"])
def test_a_card_that_does_not_hold_on_arrival(town, fault):
    if fault == "revoked":
        town.issuer.revoked = True
    else:
        seconds = int(town.clock().timestamp())
        town.issuer.visible = {"exp": seconds - 120} if fault == "expired" else {"nbf": seconds + 600}

    assert is_discarded(town)


@pytest.mark.threat("096")
def test_a_wallet_that_dies_between_receiving_and_storing_kept_nothing_and_can_begin_anew(town):
    """Keeping is one transaction (test_store); what was received before it is nowhere."""
    town.wire.down.add(f"{TOWN}/statuslists/1")
    assert code_of(town.collects()) == "cards_discarded"
    assert town.call("GET", "/cards").json["cards"] == []

    town.wire.down.clear()

    assert len(town.collects().json["cards"]) == 1


@pytest.mark.threat("097")
def test_one_offer_in_two_tabs_is_one_set_of_cards(town):
    offer = town.offered().json["id"]
    answers = [town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert len(town.call("GET", "/cards").json["cards"]) == 1


@pytest.mark.threat("098")
def test_an_issuer_that_does_not_answer_in_time_is_named_and_nothing_stays(town):
    """The door gives up after ten seconds (tests/chassis); here: what a citizen then sees."""
    town.wire.down.add(f"{TOWN}/token")

    refused = town.collects()

    assert (refused.status_code, code_of(refused)) == (502, "could_not_reach")
    town.wire.down.clear()
    assert town.collects().status_code == 200


@pytest.mark.threat("099")
def test_documents_about_a_type_are_never_fetched(town):
    """Names come from the issuer's own metadata, so nothing that a type document says can hurt."""
    town.issuer.visible = {"vct#integrity": "sha256-AAAA"}

    assert town.collects().status_code == 200
    assert not any("/vct/" in url for url in town.wire.urls())


@pytest.mark.threat("100")
@pytest.mark.parametrize(
    "uri",
    [
        "data:image/svg+xml,<svg onload=alert(1)>",
        "http://tracker.example/pixel.png",
        "https://images.example/20000x20000.png",
    ],
)
def test_pictures_of_others_are_neither_shown_nor_fetched(code_town, uri):
    town = code_town
    configurations = town.issuer._metadata()["credential_configurations_supported"]
    display = {"name": "Identiteit", "logo": {"uri": uri}, "background_image": {"uri": uri}}
    configurations["identity"]["credential_metadata"]["display"] = [display]
    town.issuer.more_metadata = {"credential_configurations_supported": configurations}
    offer = town.offered().json["id"]
    browser = town.browser().signs_in()
    pages = [browser.goes(f"/offers/{offer}").text]
    town.goes_to_sign_in(offer)
    card = town.completes(offer, town.issuer.signs_in()).json["cards"][0]["id"]
    pages += [browser.goes(path).text for path in ("/cards", f"/cards/{card}")]

    assert not any(uri in page or "alert(1)" in page for page in pages)
    assert not any(re.search(r"<img", page) for page in pages)
    assert not any("example" in url for url in town.wire.urls())
