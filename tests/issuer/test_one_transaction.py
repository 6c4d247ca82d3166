"""A credential request is one transaction: all of it is kept before a credential leaves, or nothing is."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from issuer.store.tables import holder_keys, issuances, nonces, spent, status_entries, tokens
from tests.issuer.wallet import Wallet

BODY = {"credential_configuration_id": "identity"}


def _engine(issuer):
    return issuer.app.extensions["ports"].store.issuances.database._engine


def test_a_credential_request_commits_once(issuer):
    token, proof = issuer.access_token(), issuer.proof(issuer.nonce())
    commits = []
    event.listen(_engine(issuer), "commit", lambda _: commits.append(1))

    answer = issuer.request_credential(token, proof)

    assert answer.status_code == 200 and len(commits) == 1


def test_a_bound_token_costs_no_further_commit(issuer):
    wallet = Wallet(issuer)
    token, proof = wallet.tokens()["access_token"], wallet.proof()
    headers, commits = wallet.with_token(token), []
    event.listen(_engine(issuer), "commit", lambda _: commits.append(1))

    answer = wallet.post("credential", headers, json=BODY | {"proofs": {"jwt": [proof]}})

    assert answer.status_code == 200 and len(commits) == 1


def test_without_a_durable_intent_no_credential_leaves(issuer):
    token, proof = issuer.access_token(), issuer.proof(issuer.nonce())
    failed = []

    def fail_once(_):
        if not failed:
            failed.append(1)
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    event.listen(_engine(issuer), "commit", fail_once)
    refused = issuer.request_credential(token, proof)
    kept = [issuer.count(table) for table in (issuances, status_entries, holder_keys)]
    again = issuer.request_credential(token, proof)

    assert refused.status_code == 503 and refused.headers["Retry-After"].isdigit()
    assert kept == [0, 0, 0]
    assert again.status_code == 200, "nothing was lost: not even the nonce"


@pytest.mark.threat("044")
def test_a_token_that_was_revoked_is_refused_although_it_is_remembered(issuer_on_both):
    token = issuer_on_both.access_token()
    first = issuer_on_both.request_credential(token, issuer_on_both.proof(issuer_on_both.nonce()))
    with issuer_on_both.database.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=issuer_on_both.clock()))

    second = issuer_on_both.request_credential(token, issuer_on_both.proof(issuer_on_both.nonce()))

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json["error"] == "invalid_token"
    assert issuer_on_both.count(issuances) == 1


def test_a_refused_request_spends_its_dpop_proof_and_its_nonce(issuer_on_both):
    wallet = Wallet(issuer_on_both)
    token, nonce = wallet.tokens()["access_token"], issuer_on_both.nonce()
    headers, marks = wallet.with_token(token), issuer_on_both.count(spent)
    wrong = BODY | {"proofs": {"jwt": [wallet.proof(nonce, audience="https://elsewhere.example")]}}

    first = wallet.post("credential", headers, json=wrong)
    again = wallet.post("credential", headers, json=BODY | {"proofs": {"jwt": [wallet.proof()]}})

    assert (first.json["error"], again.json["error"]) == ("invalid_proof", "invalid_dpop_proof")
    assert issuer_on_both.count(spent) == marks + 1
    assert wallet.ask(token, wallet.proof(nonce)).json["error"] == "invalid_nonce"


def test_a_replayed_dpop_proof_spends_nobodys_nonce(issuer_on_both):
    wallet = Wallet(issuer_on_both)
    token = wallet.tokens()["access_token"]
    headers = wallet.with_token(token)
    assert (
        wallet.post("credential", headers, json=BODY | {"proofs": {"jwt": [wallet.proof()]}}).status_code
        == 200
    )
    nonce = issuer_on_both.nonce()

    replayed = wallet.post("credential", headers, json=BODY | {"proofs": {"jwt": [wallet.proof(nonce)]}})

    assert replayed.json["error"] == "invalid_dpop_proof"
    assert wallet.ask(token, wallet.proof(nonce)).status_code == 200


def test_a_request_that_cannot_be_read_spends_its_dpop_proof(issuer_on_both):
    wallet = Wallet(issuer_on_both)
    token = wallet.tokens()["access_token"]
    headers, open_nonces = wallet.with_token(token), issuer_on_both.count(nonces)

    answers = [wallet.post("credential", headers, json={"proofs": 5}) for _ in range(2)]

    assert [each.json["error"] for each in answers] == ["invalid_credential_request", "invalid_dpop_proof"]
    assert issuer_on_both.count(nonces) == open_nonces
