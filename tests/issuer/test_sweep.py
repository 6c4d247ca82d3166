"""What is over is forgotten, and nothing that can still be used or that a credential rests on."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from chassis.database import Database
from issuer import background
from issuer.__main__ import run
from issuer.background import start_sweeping
from issuer.store.nonces import NonceTable
from issuer.store.sweep import SweepTable
from issuer.store.tables import (
    authorizations,
    deferrals,
    issuances,
    nonces,
    offers,
    refresh_tokens,
    spent,
    status_entries,
    tokens,
)
from issuer.usecases.sweep import sweep
from tests.issuer.place import NOON, PUBLIC, make_config
from tests.issuer.wallet import Wallet

BOUND = 10
_LONG_AGO = NOON - timedelta(days=100)


@pytest.fixture
def issuer(issuer_on_both):
    """Each of these tests runs on both databases."""
    return issuer_on_both


def _ports(issuer):
    return issuer.app.extensions["ports"]


def test_what_can_still_be_used_stays(issuer):
    token, nonce, offered = issuer.access_token(), issuer.nonce(), issuer.make_offer()

    swept = sweep(ports=_ports(issuer))

    assert not any(swept.values())
    assert issuer.request_credential(token, issuer.proof(nonce)).status_code == 200
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    assert issuer.token_answer(code, tx_code=offered["tx_code"]).status_code == 200


def test_what_is_over_goes_and_a_token_without_credentials_with_it(issuer):
    issuer.access_token()
    issuer.make_offer()
    issuer.nonce()
    issuer.clock.advance(hours=24)

    swept = sweep(ports=_ports(issuer))

    assert (swept["offers"], swept["tokens"], swept["nonces"]) == (2, 1, 1)
    assert issuer.count(offers) == issuer.count(tokens) == issuer.count(nonces) == 0


def test_offers_and_tokens_stay_an_hour_beyond_their_end(issuer):
    issuer.access_token()
    with issuer.database.begin() as connection:
        connection.execute(update(offers).values(expires_at=issuer.clock()))
        connection.execute(update(tokens).values(expires_at=issuer.clock()))
    issuer.clock.advance(minutes=59)
    early = sweep(ports=_ports(issuer))
    issuer.clock.advance(minutes=1)

    late = sweep(ports=_ports(issuer))

    assert (early["offers"], early["tokens"]) == (0, 0)
    assert (late["offers"], late["tokens"]) == (1, 1)


def test_a_credential_can_be_revoked_long_after_its_offer_was_forgotten(issuer):
    answer = issuer.request_credential(issuer.access_token(), issuer.proof(issuer.nonce()))
    assert answer.status_code == 200
    issuer.clock.advance(hours=24 * 40)

    sweep(ports=_ports(issuer))

    with issuer.database.read() as connection:
        place = connection.execute(status_entries.select()).one()
    body = {"status_uri": f"{PUBLIC}/municipality/statuslists/{place.number}", "idx": place.idx}
    assert issuer.open("POST", "/api/v1/revocations", json=body).status_code == 204
    assert issuer.count(offers) == 0 and issuer.count(tokens, tokens.c.offer_id.is_(None)) == 1
    assert issuer.count(issuances) == 1


def test_of_a_wallet_that_came_by_code_its_refresh_token_lives_as_long_as_it_may(issuer):
    wallet = Wallet(issuer)
    access = wallet.tokens()["access_token"]
    assert wallet.ask(access, wallet.proof()).status_code == 200
    issuer.clock.advance(hours=24)
    sweep(ports=_ports(issuer))
    kept = issuer.count(refresh_tokens)
    issuer.clock.advance(hours=24 * 30)

    sweep(ports=_ports(issuer))

    assert kept >= 1 and issuer.count(refresh_tokens) == 0
    assert issuer.count(authorizations) == issuer.count(spent) == issuer.count(deferrals) == 0


def test_many_rows_go_in_small_transactions(issuer, monkeypatch):
    monkeypatch.setattr("issuer.store.sweep.AT_ONCE", 2)
    for _ in range(5):
        issuer.nonce()
    issuer.clock.advance(hours=1)

    assert sweep(ports=_ports(issuer))["nonces"] == 5


def test_the_command_says_what_went(tmp_path, keys, migrated_url, capsys):
    url = migrated_url("issuer.store")
    database = Database(url)
    NonceTable(database).add("one", organisation="bank", expires_at=NOON - timedelta(days=99), now=_LONG_AGO)
    database.dispose()

    run("sweep", make_config(tmp_path, keys, url))

    assert "nonces: 1" in capsys.readouterr().out.splitlines()


def test_the_server_sweeps_and_a_database_that_is_gone_does_not_stop_it(issuer, monkeypatch):
    monkeypatch.setattr(background, "EVERY_SECONDS", 0.01)
    stop, again, swept = threading.Event(), threading.Event(), []

    def failing_once(self, *, now):
        swept.append(now)
        if len(swept) == 1:
            raise OperationalError("DELETE", {}, Exception("gone"))
        again.set()
        return {}

    monkeypatch.setattr(SweepTable, "sweep", failing_once)
    thread = start_sweeping(issuer.app, stop=stop)

    assert again.wait(BOUND)
    stop.set()
    thread.join(BOUND)
    assert not thread.is_alive()
