"""Keys that a wallet provider vouches for (OpenID4VCI 1.0, App. D, F.1, F.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.store.tables import issuances
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.vci.key_attestation import make_key_attestation
from tests.issuer.messages import metadata_of
from tests.issuer.place import make_place
from tests.issuer.wallet import Wallet


@pytest.fixture
def token(wallet):
    """An access token that is bound to the wallet's key."""
    return wallet.tokens()["access_token"]


def _attestation(wallet, nonce, *keys, **changes):
    said = {"key": wallet.place.keys.provider, "chain": wallet.place.keys.provider_chain, "nonce": nonce}
    said |= {"iat": wallet.place.clock(), "exp": wallet.place.clock() + timedelta(hours=1)} | changes
    said = {name: value for name, value in said.items() if value is not None}
    return make_key_attestation([key.public for key in keys], **said)


def _ask(wallet, token, **proofs):
    body = {"credential_configuration_id": "identity", "proofs": proofs}
    return wallet.post("credential", wallet.with_token(token), json=body)


def _bound_to(answer):
    credentials = [each["credential"].split("~")[0] for each in answer.json["credentials"]]
    return [parse_jws(each, expected_typ="dc+sd-jwt").claims()["cnf"]["jwk"] for each in credentials]


def test_one_attestation_gives_a_copy_for_each_of_its_keys(wallet, token):
    keys, nonce = [SigningKey.generate() for _ in range(3)], wallet.place.nonce()

    answer = _ask(wallet, token, attestation=[_attestation(wallet, nonce, *keys)])

    assert _bound_to(answer) == [key.public.jwk() for key in keys]


def test_an_attestation_of_many_keys_gives_no_more_than_a_batch(wallet, token):
    keys, nonce = [SigningKey.generate() for _ in range(12)], wallet.place.nonce()

    answer = _ask(wallet, token, attestation=[_attestation(wallet, nonce, *keys)])

    assert _bound_to(answer) == [key.public.jwk() for key in keys[:10]]


def test_a_proof_may_carry_an_attestation_of_its_key_and_others(wallet, token):
    keys, nonce = [SigningKey.generate() for _ in range(2)], wallet.place.nonce()
    attestation = _attestation(wallet, nonce, *keys)

    answer = _ask(wallet, token, jwt=[wallet.proof(nonce, key=keys[0], key_attestation=attestation)])

    assert _bound_to(answer) == [key.public.jwk() for key in keys]


BAD = {
    "by somebody unknown": lambda w, n, k: _attestation(w, n, k, key=SigningKey.generate()),
    "expired": lambda w, n, k: _attestation(w, n, k, exp=w.place.clock() - timedelta(hours=1)),
    "without nonce": lambda w, n, k: _attestation(w, None, k),
    "not a JWT": lambda w, n, k: "x",
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_attestation_is_no_proof(wallet, token, fault):
    key, nonce = SigningKey.generate(), wallet.place.nonce()
    attestation = BAD[fault](wallet, nonce, key)

    alone = _ask(wallet, token, attestation=[attestation])
    nonce = wallet.place.nonce()
    beside = _ask(
        wallet,
        token,
        jwt=[wallet.proof(nonce, key=key, key_attestation=BAD[fault](wallet, nonce, key))],
    )

    assert {alone.json["error"], beside.json["error"]} == {"invalid_proof"}
    assert wallet.place.count(issuances) == 0


def test_an_attestation_is_for_this_nonce_and_for_the_key_that_signed(wallet, token):
    key, nonce = SigningKey.generate(), wallet.place.nonce()
    foreign = _attestation(wallet, nonce, SigningKey.generate())
    stale = _attestation(wallet, "unknown", key)

    unattested = _ask(wallet, token, jwt=[wallet.proof(nonce, key=key, key_attestation=foreign)])
    unknown = _ask(wallet, token, attestation=[stale])

    assert unattested.json["error"] == "invalid_proof"
    assert unknown.json["error"] == "invalid_nonce"


def test_two_attestations_in_one_request_are_refused(wallet, token):
    nonce = wallet.place.nonce()
    both = [_attestation(wallet, nonce, SigningKey.generate()) for _ in range(2)]

    assert _ask(wallet, token, attestation=both).json["error"] == "invalid_proof"


def test_where_nobody_is_believed_attestations_are_not_offered(wallet, tmp_path, keys, _empty_file):
    path = tmp_path / "other.db"
    path.write_bytes(_empty_file.read_bytes())
    (tmp_path / "lax").mkdir()
    alone = Wallet(make_place(tmp_path / "lax", keys, f"sqlite:///{path}", trust_dir=None))

    def offered(issuer):
        return set(metadata_of(issuer).configuration("identity").proof_types_supported)

    assert offered(alone) == {"jwt"}
    assert offered(wallet) == {"jwt", "attestation"}
