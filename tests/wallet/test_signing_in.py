"""Collecting by signing in at the issuer: what leaves, what must come back, and what is proven on the way."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.wallet.code_issuer import CodeIssuer, state_of
from tests.wallet.conftest import PIN
from tests.wallet.outside import CODE, TOWN, VCT, WALLET, Authority

ATTESTED = {
    "jwt": {"proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": {}},
}


def code_of(answer) -> str:
    code: str = answer.json["code"]
    return code


def test_a_card_is_kept_after_signing_in(code_town):
    done = code_town.signs_in_and_collects()

    assert [(card["vct"], card["copies_left"]) for card in done.json["cards"]] == [(VCT, 3)]
    assert code_town.issuer.notified == ["credential_accepted"]


def test_only_a_reference_travels_through_the_browser(code_town):
    offer = code_town.offered().json["id"]

    url = code_town.goes_to_sign_in(offer)

    assert url.startswith(f"{TOWN}/authorize?")
    assert set(dict(parse_qsl(urlsplit(url).query))) == {"client_id", "request_uri"}


def test_what_is_pushed_asks_by_scope_with_s256_and_hands_issuer_state_back(code_town):
    code_town.goes_to_sign_in(code_town.offered().json["id"])

    (pushed,) = code_town.issuer.pushed
    assert pushed["response_type"] == "code" and pushed["code_challenge_method"] == "S256"
    assert pushed["redirect_uri"] == f"{WALLET}/cb"
    assert (pushed["scope"], pushed["issuer_state"]) == ("nl.example.identity", "is-1")
    assert "authorization_details" not in pushed
    assert len(pushed["state"]) >= 40


def test_a_card_without_scope_is_asked_by_details_and_fetched_by_its_identifier(code_town):
    code_town.issuer.by_details = True

    done = code_town.signs_in_and_collects()

    assert len(done.json["cards"]) == 1
    assert "openid_credential" in code_town.issuer.pushed[0]["authorization_details"]
    assert "credential_configuration_id" not in code_town.issuer.requests[0]


def test_without_grants_the_wallet_takes_what_the_server_offers(code_town):
    link = code_town.issuer.link(grants=None)

    offer = code_town.offered(link).json

    assert offer["grant"] == "code"
    assert len(code_town.signs_in_and_collects(link).json["cards"]) == 1
    assert "issuer_state" not in code_town.issuer.pushed[0]


def test_of_both_grants_the_one_without_a_sign_in_is_taken(code_town):
    offer = code_town.offered(code_town.issuer.both()).json

    done = code_town.call("POST", f"/offers/{offer['id']}/accept", {"pin": PIN, "tx_code": CODE})

    assert offer["grant"] == "pre"
    assert len(done.json["cards"]) == 1
    assert code_town.issuer.clients == []
    assert code_town.issuer.thumbprints


def test_the_wallet_is_attested_with_one_name_and_a_fresh_key_each_time(code_town):
    for _ in range(2):
        code_town.signs_in_and_collects()

    clients = code_town.issuer.clients
    assert {client.client_id for client in clients} == {WALLET}
    assert len(clients) == 4 and len({client.thumbprint for client in clients}) == 2
    assert len(code_town.issuer.thumbprints) == 2


def test_nothing_in_the_attestation_tells_one_citizen_from_another(code_town):
    code_town.signs_in_and_collects()

    claims = code_town.issuer.clients[0].claims
    assert set(claims) == {"iss", "sub", "iat", "exp", "cnf", "wallet_name", "wallet_link"}
    assert claims["iat"] % 3600 == 0


def test_nonces_are_taken_from_any_endpoint_and_each_is_asked_once_more(code_town):
    code_town.issuer.nonces = True

    done = code_town.signs_in_and_collects()

    assert len(done.json["cards"]) == 1


def test_a_server_that_never_has_enough_nonces_is_given_up(code_town):
    code_town.issuer.nonces = True
    code_town.issuer.current_nonce = 1
    offer = code_town.offered().json["id"]
    original = CodeIssuer._wants
    code_town.issuer._wants = lambda *given: original(code_town.issuer, given[0], given[1], "never", given[3])

    refused = code_town.call("POST", f"/offers/{offer}/authorize")

    assert code_of(refused) == "issuer_refused"
    assert len([url for url in code_town.wire.urls() if url.endswith("/par")]) == 2


def test_a_challenge_is_fetched_where_the_server_has_them(code_town):
    code_town.issuer.challenged = True

    code_town.signs_in_and_collects()

    assert {client.challenge for client in code_town.issuer.clients} == {"c-1"}


def test_proofs_of_keys_name_the_wallet_only_to_a_server_that_knows_it(code_town):
    code_town.signs_in_and_collects()
    offer = code_town.offered(code_town.issuer.both()).json["id"]
    code_town.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE})

    assert code_town.issuer.issuers_named == [WALLET] * 3 + [None] * 3


@pytest.mark.parametrize("kind", ["jwt", "attestation"])
def test_keys_are_attested_all_at_once_where_the_issuer_demands_it(code_town, kind):
    code_town.issuer.proof_types = {kind: ATTESTED["jwt"]}

    done = code_town.signs_in_and_collects()

    assert [card["copies_left"] for card in done.json["cards"]] == [3]
    assert code_town.issuer.attested_keys == [3]
    assert len(code_town.issuer.requests[0]["proofs"][kind]) == 1


def test_keys_that_must_be_guarded_better_than_ours_are_not_promised(code_town):
    required = {"key_storage": ["iso_18045_high"]}
    code_town.issuer.proof_types = {"jwt": ATTESTED["jwt"] | {"key_attestations_required": required}}

    assert code_of(code_town.offered()) == "wallet_unsuitable"


def test_without_a_provider_no_attested_keys_are_promised(build):
    town = build(issuers=CodeIssuer, keys_dir=None)
    town.join()
    town.issuer.proof_types = ATTESTED

    assert code_of(town.offered()) == "wallet_unsuitable"


def test_without_a_provider_a_server_that_asks_for_nobody_still_serves(build):
    town = build(issuers=CodeIssuer, keys_dir=None)
    town.join()

    assert len(town.signs_in_and_collects().json["cards"]) == 1
    assert town.issuer.clients == []


def test_messages_are_encrypted_both_ways_where_the_issuer_offers_it(code_town):
    code_town.issuer.encrypts(required=False)

    done = code_town.signs_in_and_collects()

    assert len(done.json["cards"]) == 1
    assert code_town.issuer.envelopes == [True]


def test_an_answer_in_the_clear_to_an_encrypted_question_is_discarded(code_town):
    code_town.issuer.encrypts()
    code_town.issuer.in_the_clear = True

    assert code_of(code_town.signs_in_and_collects()) == "cards_discarded"


@pytest.mark.parametrize("part", ["credential_request_encryption", "credential_response_encryption"])
def test_encryption_that_we_cannot_do_but_is_demanded_sends_nothing_in_the_clear(code_town, part):
    code_town.issuer.encrypts()
    code_town.issuer.encryption[part]["enc_values_supported"] = ["A128CBC-HS256"]

    assert code_of(code_town.signs_in_and_collects()) == "cards_discarded"
    assert code_town.issuer.requests == []


def test_encryption_that_we_cannot_do_and_nobody_demands_is_left(code_town):
    code_town.issuer.encrypts(required=False, enc="A128CBC-HS256")

    assert len(code_town.signs_in_and_collects().json["cards"]) == 1
    assert code_town.issuer.envelopes == [False]


def test_signed_metadata_count_when_we_know_the_signer(code_town):
    code_town.issuer.signed_by = code_town.issuer.authority

    assert len(code_town.signs_in_and_collects().json["cards"]) == 1
    assert len([url for url in code_town.wire.urls() if "openid-credential-issuer" in url]) == 1


def test_metadata_signed_by_a_stranger_are_left_for_the_unsigned(code_town):
    code_town.issuer.signed_by = Authority("Stranger", "NTRNL-00000099", (TOWN,))

    assert len(code_town.signs_in_and_collects().json["cards"]) == 1
    assert len([url for url in code_town.wire.urls() if "openid-credential-issuer" in url]) == 2


def test_the_pages_lead_to_the_issuer_and_back_to_the_pin(code_town):
    offer = code_town.offered().json["id"]
    browser = code_town.browser().signs_in().goes(f"/offers/{offer}")
    assert "pincode van deze wallet" in browser.text

    browser.sends(f"/offers/{offer}/authorize")
    assert browser.leads_to.startswith(f"{TOWN}/authorize?")
    browser.goes(code_town.issuer.signs_in().removeprefix(WALLET))
    assert browser.leads_to == f"/offers/{offer}"
    browser.goes(f"/offers/{offer}").sends(f"/offers/{offer}/accept", pin=PIN)

    assert "Toegevoegd" in browser.goes(f"/offers/{offer}").text
    assert code_town.issuer.tokens == 1


def test_a_card_can_be_asked_for_without_an_offer(code_town):
    browser = code_town.browser().signs_in().goes("/collect")
    assert "Gemeente Voorbeeldstad" in browser.text
    browser.sends("/collect", issuer=TOWN)
    assert "Identiteit" in browser.text

    browser.sends("/collect/card", issuer=TOWN, card="identity")

    assert re.fullmatch(r"/offers/[\w-]+", browser.leads_to)


def test_stopping_at_the_issuer_leaves_the_offer_open(code_town):
    offer = code_town.offered().json["id"]
    code_town.goes_to_sign_in(offer)

    refused = code_town.completes(offer, code_town.issuer.signs_in(code=None, error="access_denied"))

    assert code_of(refused) == "authorization_declined"
    assert code_town.issuer.redeemed == []
    code_town.goes_to_sign_in(offer)
    assert len(code_town.completes(offer, code_town.issuer.signs_in()).json["cards"]) == 1


def test_a_wrong_pin_after_the_sign_in_keeps_the_token_for_the_right_one(code_town):
    offer = code_town.offered().json["id"]
    code_town.goes_to_sign_in(offer)

    wrong = code_town.completes(offer, code_town.issuer.signs_in(), pin="918273")
    right = code_town.call("POST", f"/offers/{offer}/accept", {"pin": PIN})

    assert code_of(wrong) == "wrong_pin"
    assert len(right.json["cards"]) == 1


def test_an_answer_for_another_offer_is_not_taken(code_town):
    first, second = code_town.offered().json["id"], code_town.offered().json["id"]
    code_town.goes_to_sign_in(first)

    assert code_of(code_town.completes(second, code_town.issuer.signs_in())) == "sign_in_again"
    assert code_town.issuer.redeemed == []


@pytest.mark.parametrize("address", ["http://evil.example/cb?code=x", f"{WALLET}/cbx?code=x", ""])
def test_an_address_that_is_not_ours_is_no_answer(code_town, address):
    offer = code_town.offered().json["id"]
    query = state_of(code_town.issuer.signs_in()) if code_town.issuer.pushed else {}

    assert code_of(code_town.completes(offer, f"{address}&{query}")) == "sign_in_again"


def test_accepting_before_the_sign_in_asks_for_it(code_town):
    offer = code_town.offered().json["id"]

    assert code_of(code_town.call("POST", f"/offers/{offer}/accept", {"pin": PIN})) == "sign_in_again"


def test_a_pre_authorized_offer_has_no_sign_in(code_town):
    offer = code_town.offered(code_town.issuer.both()).json["id"]

    assert code_of(code_town.call("POST", f"/offers/{offer}/authorize")) == "offer_unusable"
