"""The authorization code flow, from a pushed request to a credential (docs/flows/issuance.md)."""

from __future__ import annotations

import pytest

from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.vc import verify_issued
from tests.issuer.place import BACK, PUBLIC
from tests.issuer.wallet import returned


def test_a_citizen_signs_in_on_the_way_and_the_wallet_collects(issuer, wallet):
    key = SigningKey.generate()
    pushed = wallet.push()
    begun = wallet.visit(pushed.json["request_uri"])
    to_sign_in = wallet.browser.get(begun.location, base_url=PUBLIC)
    signed_in = wallet.sign_in()
    back = wallet.decide()
    tokens = wallet.redeem(returned(back)["code"]).json
    credential = wallet.ask(tokens["access_token"], wallet.proof(key=key)).json["credentials"][0][
        "credential"
    ]

    assert (pushed.status_code, pushed.json["expires_in"]) == (201, 60)
    assert pushed.headers["Cache-Control"] == "no-store"
    assert begun.location == "/municipality/consent"
    assert to_sign_in.location == "/sign-in?to=municipality/consent"
    assert signed_in.location == "/municipality/consent"
    assert back.location.startswith(f"{BACK}?")
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "DPoP",
        300,
        "nl.eenmalig.identity",
    )
    assert "authorization_details" not in tokens
    verified = verify_issued(
        credential,
        trusted=issuer.trusted,
        expected_vct=f"{PUBLIC}/municipality/vct/identity/1",
        expected_holder=key.public,
        now=issuer.clock(),
    )
    assert verified.issuer.id == f"{PUBLIC}/municipality"


def test_the_answer_carries_state_and_the_name_of_this_server(wallet):
    wallet.visit(wallet.push(state="a b&c=ü"[:5]).json["request_uri"])
    wallet.sign_in()

    answer = returned(wallet.decide())

    assert answer["state"] == "a b&c"
    assert answer["iss"] == f"{PUBLIC}/municipality"


def test_a_wallet_without_state_gets_none_back(wallet):
    wallet.visit(wallet.push(state=None).json["request_uri"])
    wallet.sign_in()

    assert set(returned(wallet.decide())) == {"code", "iss"}


def test_the_citizen_may_say_no(wallet):
    wallet.visit(wallet.push().json["request_uri"])
    wallet.sign_in()

    answer = returned(wallet.decide("no"))

    assert (answer["error"], answer["state"]) == ("access_denied", "state-1")
    assert answer["iss"] == f"{PUBLIC}/municipality"
    assert wallet.decide().status_code == 400


def test_neither_button_is_no_decision(wallet):
    wallet.visit(wallet.push().json["request_uri"])
    wallet.sign_in()

    assert wallet.decide("maybe").status_code == 400
    assert "code" in returned(wallet.decide())


@pytest.mark.parametrize("by_reference", [True, False])
def test_an_offer_of_the_code_flow_names_who_must_sign_in(issuer, wallet, by_reference):
    offered = issuer.make_offer("identity", grant="code", by_reference=by_reference)
    offer = issuer.read_offer(offered["offer"])
    state = offer.grants.authorization_code.issuer_state

    tokens = wallet.tokens(issuer_state=state)

    assert (offered["login"], offered["tx_code"]) == ("noor", None)
    assert offer.pre_authorized is None
    assert wallet.ask(tokens["access_token"]).status_code == 200
    assert issuer.make_offer("identity")["login"] is None


def test_an_offer_can_be_collected_once_by_code_too(issuer, wallet):
    offered = issuer.make_offer("identity", grant="code")
    state = issuer.read_offer(offered["offer"]).grants.authorization_code.issuer_state
    first, second = (wallet.push(issuer_state=state).json["request_uri"] for _ in range(2))
    wallet.visit(first)
    wallet.sign_in()
    wallet.decide()

    wallet.visit(second)
    late = wallet.decide()

    assert late.status_code == 400
    assert wallet.push(issuer_state=state).json["error"] == "invalid_request"


def test_identifiers_come_when_and_only_when_details_were_used(wallet):
    tokens = wallet.tokens(scope=None, authorization_details=wallet.details("identity"))
    (granted,) = tokens["authorization_details"]
    (identifier,) = granted["credential_identifiers"]

    by_identifier = wallet.ask(tokens["access_token"], credential_identifier=identifier)
    by_configuration = wallet.ask(tokens["access_token"])
    refreshed = wallet.refresh(tokens["refresh_token"]).json

    assert (granted["type"], granted["credential_configuration_id"]) == ("openid_credential", "identity")
    assert by_identifier.status_code == 200
    assert (by_configuration.status_code, by_configuration.json["error"]) == (
        400,
        "invalid_credential_request",
    )
    assert refreshed["authorization_details"] == tokens["authorization_details"]


def test_details_in_the_token_request_narrow_the_grant(wallet):
    tax = wallet.other(tenant="tax-authority")
    scope = " ".join(f"nl.eenmalig.income-assessment.{year}" for year in (2022, 2023))
    details = tax.details("income-assessment-2023")

    tokens = tax.redeem(tax.code(scope=scope), authorization_details=details).json

    assert tokens["scope"] == "nl.eenmalig.income-assessment.2023"
    assert [each["credential_configuration_id"] for each in tokens["authorization_details"]] == [
        "income-assessment-2023"
    ]


def test_unknown_scopes_are_ignored(wallet):
    assert wallet.tokens(scope="openid nl.eenmalig.identity offline")["scope"] == "nl.eenmalig.identity"


def test_a_pre_authorized_token_is_bound_when_the_wallet_brings_a_key(issuer, wallet):
    offered = issuer.make_offer(tx_code=False)
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code", "pre-authorized_code": code}

    tokens = wallet.post("token", wallet.dpop("token"), data=form).json
    bound = wallet.ask(tokens["access_token"], wallet.proof(client_id=None))
    as_bearer = issuer.request_credential(tokens["access_token"], issuer.proof(issuer.nonce()))

    assert (tokens["token_type"], bound.status_code) == ("DPoP", 200)
    assert (as_bearer.status_code, as_bearer.json["error"]) == (401, "invalid_token")
    assert "refresh_token" in tokens


def test_a_refreshed_token_replaces_the_old_one(issuer, wallet):
    tokens = wallet.tokens()
    issuer.clock.advance(hours=2)

    refreshed = wallet.refresh(tokens["refresh_token"]).json

    assert wallet.ask(tokens["access_token"]).status_code == 401
    assert wallet.ask(refreshed["access_token"]).status_code == 200
    assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_two_wallets_do_not_meet(issuer, wallet):
    other = wallet.other(
        client_id="stranger",
        redirect_uri="https://stranger.example/wallet/cb",
        instance=SigningKey.generate(),
        dpop_key=SigningKey.generate(),
        browser=issuer.app.test_client(),
        persona="henk",
    )

    mine, theirs = wallet.tokens(), other.tokens()

    assert other.ask(theirs["access_token"]).status_code == 200
    assert wallet.ask(theirs["access_token"]).status_code == 401
    assert wallet.ask(mine["access_token"]).status_code == 200
