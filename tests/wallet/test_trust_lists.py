"""Whom the wallet believes about cards: signed lists, when the configuration names any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from chassis.config import ConfigError
from chassis.outbound import Answer
from openid4vc.trust.list_kinds import WALLET_PROVIDERS
from tests.wallet.outside import NOON, Authority
from tests.wallet.papers import trust_list
from tests.wallet.test_requests import code_of

HOME = "http://localhost:8000"
URL = f"{HOME}/trust/issuers"


@pytest.fixture
def keeper():
    """Who keeps the list."""
    return Authority("Trust list", "NTRNL-00000007")


@pytest.fixture
def listed(build, keeper):
    """A town whose wallet believes the list; `served` is what its home serves."""
    pin = keeper.chain[0].public_bytes(Encoding.PEM)
    town = build(trust_list_url=(URL,), trusted_files={"trust-list-signer.pem": pin})
    town.served = trust_list(keeper, town.issuer)
    town.wire.homes[HOME] = lambda *_: Answer(200, "application/jose", {}, town.served.encode())
    town.join()
    return town


def test_who_is_on_the_list_is_believed(listed):
    assert len(listed.collects().json["cards"]) == 1


def test_the_list_is_fetched_once_until_its_next_update(listed, keeper):
    listed.collects()
    listed.collects()
    assert listed.wire.urls().count(URL) == 1

    listed.clock.advance(days=1)
    listed.served = trust_list(keeper, listed.issuer, now=listed.clock(), sequence=2)
    listed.tokens["Noor"] = listed.call("POST", "/sessions", {"name": "Noor", "pin": "482913"}).json["token"]
    listed.offered()

    assert listed.wire.urls().count(URL) == 2


FAULTS = {
    "of another signer": lambda town, keeper: trust_list(Authority("Stranger", "NTRNL-9"), town.issuer),
    "about something else": lambda town, keeper: trust_list(keeper, town.issuer, kind=WALLET_PROVIDERS),
    "out of date": lambda town, keeper: trust_list(keeper, town.issuer, now=NOON - timedelta(days=2)),
    "no list": lambda town, keeper: "hello",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_list_that_fails_a_check_is_nobodys_word(listed, keeper, fault):
    listed.served = FAULTS[fault](listed, keeper)

    refused = listed.offered()

    assert (refused.status_code, code_of(refused)) == (503, "trust_unavailable")
    assert set(listed.wire.urls()) == {URL}


def test_without_a_list_nobody_is_believed(listed):
    listed.wire.down.add(URL)

    assert code_of(listed.offered()) == "trust_unavailable"


def test_an_older_list_than_the_last_one_seen_is_refused_also_after_a_restart(build, listed, keeper):
    listed.served = trust_list(keeper, listed.issuer, sequence=7)
    listed.offered()
    again = build(
        trust_list_url=(URL,),
        database_url=listed.database_url,
        trusted_files={"trust-list-signer.pem": keeper.chain[0].public_bytes(Encoding.PEM)},
    )
    older = trust_list(keeper, again.issuer, sequence=6)
    again.wire.homes[HOME] = lambda *_: Answer(200, "application/jose", {}, older.encode())
    again.tokens = listed.tokens

    assert code_of(again.call("POST", "/offers", {"offer": again.issuer.link()})) == "trust_unavailable"


def test_the_file_does_not_count_beside_a_list(listed, keeper):
    listed.served = trust_list(keeper, type(listed.issuer)())

    assert code_of(listed.collects()) == "cards_discarded"


def test_a_wallet_that_should_trust_a_list_does_not_start_without_its_signer(build):
    with pytest.raises(ConfigError):
        build(trust_list_url=(URL,))


def test_a_wallet_does_not_start_with_a_provider_whose_papers_do_not_fit(build, tmp_path):
    folder = tmp_path / "elsewhere" / "provider"
    folder.mkdir(parents=True)
    (folder / "key.pem").write_bytes(Authority("A", "NTRNL-1").key.to_pem())
    (folder / "chain.pem").write_bytes(Authority("B", "NTRNL-2").chain[0].public_bytes(Encoding.PEM))

    with pytest.raises(ConfigError, match=r"not the certificate of key\.pem"):
        build(keys_dir=tmp_path / "elsewhere")
