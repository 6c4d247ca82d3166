"""Credentials that a clerk must look at first (OpenID4VCI 1.0, 9; THREATS 069)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from issuer.store.tables import deferrals, issuances, status_entries
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.strict_json import loads
from openid4vc.sdjwt.vc import verify_issued
from tests.issuer.messages import encrypted, wanted
from tests.issuer.place import PUBLIC

YEAR = "income-assessment-2024"


@pytest.fixture
def tax(wallet_on_both):
    """A wallet at the tax authority, on both databases."""
    return wallet_on_both.other(tenant="tax-authority")


def _token(tax, **options):
    offered = tax.place.make_offer(YEAR, grant="code", deferred=True, **options)
    state = tax.place.read_offer(offered["offer"]).grants.authorization_code.issuer_state
    return tax.tokens(issuer_state=state)


def _ask(tax, token, *proofs, **changes):
    body = {"credential_configuration_id": YEAR, "proofs": {"jwt": list(proofs or [tax.proof()])}} | changes
    return tax.post("credential", tax.with_token(token), json=body)


def _poll(tax, token, transaction_id, **options):
    options = options or {"json": {"transaction_id": transaction_id}}
    return tax.post("deferred", tax.with_token(token, "deferred"), **options)


def test_the_wallet_comes_again_until_the_clerk_is_done(tax):
    token, key = _token(tax)["access_token"], SigningKey.generate()
    promised = _ask(tax, token, tax.proof(key=key))
    transaction_id = promised.json["transaction_id"]

    early = _poll(tax, token, transaction_id)
    tax.place.clock.advance(seconds=10)
    ready = _poll(tax, token, transaction_id)

    assert (promised.status_code, early.status_code, ready.status_code) == (202, 202, 200)
    assert promised.json == early.json == {"transaction_id": transaction_id, "interval": 5}
    assert set(ready.json) == {"credentials"}
    verify_issued(
        ready.json["credentials"][0]["credential"],
        trusted=tax.place.trusted,
        expected_vct=f"{PUBLIC}/tax-authority/vct/income-assessment/1",
        expected_holder=key.public,
        now=tax.place.clock(),
    )
    assert all(each.headers["Cache-Control"] == "no-store" for each in (promised, early, ready))


def test_nothing_is_reserved_before_it_is_ready(tax):
    token = _token(tax)["access_token"]

    _ask(tax, token)

    assert tax.place.count(deferrals) == 1
    assert tax.place.count(issuances) == tax.place.count(status_entries) == 0


def test_only_what_an_offer_defers_is_deferred(tax):
    at_once = _ask(tax, tax.tokens()["access_token"])
    none = tax.place.open(
        "POST", "/api/v1/offers", json={"persona": "noor", "credentials": ["identity"], "deferred": True}
    )

    assert at_once.status_code == 200
    assert (none.status_code, none.json["code"]) == (409, "nothing_deferrable")


@pytest.mark.threat("069")
def test_a_promise_is_kept_once(tax):
    token = _token(tax)["access_token"]
    transaction_id = _ask(tax, token).json["transaction_id"]
    tax.place.clock.advance(seconds=10)
    headers = [tax.with_token(token, "deferred") for _ in range(10)]
    body = {"transaction_id": transaction_id}

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: tax.post("deferred", each, json=body), headers))

    assert sorted(each.status_code for each in answers) == [200] + [400] * 9
    assert {each.json["error"] for each in answers if each.status_code == 400} == {"invalid_transaction_id"}
    assert tax.place.count(issuances) == tax.place.count(status_entries) == 1


@pytest.mark.threat("069")
def test_a_promise_is_of_one_grant(tax):
    mine, other = _token(tax)["access_token"], _token(tax)["access_token"]
    transaction_id = _ask(tax, mine).json["transaction_id"]
    tax.place.clock.advance(seconds=10)

    stolen, unknown = _poll(tax, other, transaction_id), _poll(tax, mine, "unknown")

    assert {each.json["error"] for each in (stolen, unknown)} == {"invalid_transaction_id"}
    assert stolen.data == unknown.data
    assert _poll(tax, mine, transaction_id).status_code == 200


def test_a_refreshed_token_still_fetches_what_was_promised(tax):
    tokens = _token(tax)
    transaction_id = _ask(tax, tokens["access_token"]).json["transaction_id"]
    tax.place.clock.advance(hours=1)

    refreshed = tax.refresh(tokens["refresh_token"]).json

    assert _poll(tax, refreshed["access_token"], transaction_id).status_code == 200


def _bearer(tax):
    offered = tax.place.make_offer(YEAR, tx_code=False, deferred=True)
    code = tax.place.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    token = tax.place.token_answer(code, tenant="tax-authority").json["access_token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.threat("069")
def test_a_token_without_a_key_cannot_turn_the_answer_to_another_key(tax):
    first, other, headers = DecryptionKey.generate(), DecryptionKey.generate(), _bearer(tax)
    body = {"credential_configuration_id": YEAR, "proofs": {"jwt": [tax.proof(client_id=None)]}}
    promise = tax.post("credential", headers, **encrypted(tax, body | wanted(first)))
    answer = wanted(first, parsed=True).decrypt(promise.text, key=first)
    transaction = {"transaction_id": loads(answer)["transaction_id"]}
    tax.place.clock.advance(seconds=10)

    turned = tax.post("deferred", headers, **encrypted(tax, transaction | wanted(other)))
    plain = tax.post("deferred", headers, json=transaction)
    kept = tax.post("deferred", headers, **encrypted(tax, transaction | wanted(first)))

    assert (promise.status_code, promise.content_type) == (202, "application/jwt")
    assert {each.json["error"] for each in (turned, plain)} == {"invalid_transaction_id"}
    assert b"credentials" in wanted(first, parsed=True).decrypt(kept.text, key=first)


def test_the_answer_is_encrypted_as_the_last_request_says(tax):
    token, key = _token(tax)["access_token"], DecryptionKey.generate()
    transaction = {"transaction_id": _ask(tax, token).json["transaction_id"]}
    tax.place.clock.advance(seconds=10)

    answer = _poll(tax, token, "", **encrypted(tax, transaction | wanted(key)))

    assert answer.content_type == "application/jwt"
    assert b"credentials" in wanted(key, parsed=True).decrypt(answer.text, key=key)


@pytest.mark.parametrize("body", [{}, {"transaction_id": 7}, {"transaction_id": ""}, []])
def test_a_deferred_request_of_another_shape_is_refused(tax, body):
    answer = _poll(tax, _token(tax)["access_token"], "", json=body)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_credential_request")


def test_a_deferred_request_needs_its_token(tax):
    answer = tax.post("deferred", json={"transaction_id": "x"})

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")
