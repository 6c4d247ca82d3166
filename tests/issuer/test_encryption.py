"""Requests and answers that are encrypted on top of the transport (THREATS 064 to 066)."""

from __future__ import annotations

import time

import pytest

from issuer.store.tables import issuances
from openid4vc.jose import base64url
from openid4vc.jose.jwe import DecryptionKey, unverified_kid
from openid4vc.jose.strict_json import dumps, loads
from tests.issuer.messages import KID, encrypted, metadata_of, wanted

SIGNATURE_ONLY = {"alg": "ES256", "use": "sig"}


@pytest.fixture
def token(wallet):
    """An access token that is bound to the wallet's key."""
    return wallet.tokens()["access_token"]


def _body(wallet, **changes):
    return {"credential_configuration_id": "identity", "proofs": {"jwt": [wallet.proof()]}} | changes


def _ask(wallet, token, **options):
    return wallet.post("credential", wallet.with_token(token), **options)


def _refused(wallet, answer, error="invalid_encryption_parameters"):
    assert (answer.status_code, answer.json["error"]) == (400, error), answer.text
    assert answer.content_type == "application/json"
    assert wallet.place.count(issuances) == 0


@pytest.mark.parametrize("request_enc", ["A128GCM", "A256GCM"])
@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_request_and_answer_can_be_read_by_their_receiver_only(wallet, token, request_enc, enc):
    key = DecryptionKey.generate()

    answer = _ask(wallet, token, **encrypted(wallet, _body(wallet, **wanted(key, enc=enc)), enc=request_enc))
    opened = loads(wanted(key, enc=enc, parsed=True).decrypt(answer.text, key=key))

    assert (answer.status_code, answer.content_type) == (200, "application/jwt")
    assert answer.headers["Cache-Control"] == "no-store"
    assert unverified_kid(answer.text) == KID
    assert len(opened["credentials"]) == 1


def test_an_encrypted_request_may_have_a_plain_answer(wallet, token):
    answer = _ask(wallet, token, **encrypted(wallet, _body(wallet)))

    assert (answer.status_code, answer.content_type) == (200, "application/json")


def test_errors_are_never_encrypted(wallet, token):
    key = DecryptionKey.generate()
    body = _body(wallet, credential_configuration_id="passport", **wanted(key))

    _refused(wallet, _ask(wallet, token, **encrypted(wallet, body)), "unknown_credential_configuration")


@pytest.mark.threat("064")
@pytest.mark.parametrize(
    "asked",
    [
        {"enc": "A256CBC-HS512"},
        {"enc": "none"},
        {"alg": "RSA-OAEP-256"},
        {"kty": "RSA", "n": "AQAB" * 22, "e": "AQAB"},
        {"alg": None},
        {"x": "AA", "y": "AA"},
        {"x": base64url.encode(b"\1" * 32), "y": base64url.encode(b"\1" * 32)},
        {"crv": "P-384"},
        {"d": base64url.encode(b"\1" * 32)},
        SIGNATURE_ONLY,
    ],
)
def test_an_answer_cannot_be_wanted_in_an_unknown_way(wallet, token, asked):
    members = wanted(DecryptionKey.generate(), **asked)["credential_response_encryption"]
    members["jwk"] = {name: value for name, value in members["jwk"].items() if value is not None}
    body = _body(wallet, credential_response_encryption=members)

    _refused(wallet, _ask(wallet, token, **encrypted(wallet, body)))


@pytest.mark.threat("064")
@pytest.mark.parametrize("members", [{}, [], "x", {"enc": "A128GCM"}, {"jwk": {}, "enc": "A128GCM"}])
def test_half_a_wish_for_encryption_is_refused(wallet, token, members):
    body = _body(wallet, credential_response_encryption=members)

    _refused(wallet, _ask(wallet, token, **encrypted(wallet, body)))


@pytest.mark.threat("065")
def test_response_keys_travel_only_in_an_encrypted_request(wallet, token):
    _refused(wallet, _ask(wallet, token, json=_body(wallet, **wanted(DecryptionKey.generate()))))


def _jwe(wallet, **header):
    kid = metadata_of(wallet).credential_request_encryption.jwks.keys[0]["kid"]
    epk = DecryptionKey.generate().public.jwk()
    said = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": kid, "epk": epk} | header
    said = {name: value for name, value in said.items() if value is not None}
    parts = [dumps(said), b"", b"i" * 12, b"c" * 4096, b"t" * 16]
    return ".".join(map(base64url.encode, parts))


@pytest.mark.threat("066")
@pytest.mark.parametrize(
    "header",
    [
        {"zip": "DEF"},
        {"alg": "PBES2-HS256+A128KW", "p2c": 1 << 31, "p2s": "AAAA"},
        {"alg": "RSA1_5"},
        {"alg": "dir"},
        {"alg": "none"},
        {"enc": "A128CBC-HS256"},
        {"kid": "unknown"},
        {"kid": None},
        {"epk": None},
        {"epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"crit": ["x"]},
        {},
    ],
)
def test_a_hostile_envelope_is_refused_at_once(wallet, token, header):
    compact = _jwe(wallet, **header)
    headers = wallet.with_token(token)
    began = time.monotonic()

    answer = wallet.post("credential", headers, data=compact, content_type="application/jwt")

    _refused(wallet, answer)
    assert time.monotonic() - began < 10


@pytest.mark.threat("066")
@pytest.mark.parametrize("body", [b"", b"x", b"....", b"\xff.\xff.\xff.\xff.\xff", b"a.b.c", b"." * 100_000])
def test_what_is_no_envelope_is_refused(wallet, token, body):
    headers = wallet.with_token(token)

    _refused(wallet, wallet.post("credential", headers, data=body, content_type="application/jwt"))


def test_the_key_for_requests_stays_the_same_over_starts(wallet):
    first, second = metadata_of(wallet), metadata_of(wallet.other(tenant="bank"))
    key = wallet.place.app.extensions["ports"].opener

    assert first.credential_request_encryption == second.credential_request_encryption
    assert key.public.thumbprint() == first.credential_request_encryption.jwks.keys[0]["kid"]
    assert not first.requires_encryption
