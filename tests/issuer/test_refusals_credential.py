"""What the credential endpoint refuses, and that nothing is issued then (THREATS A4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from issuer.store.tables import issuances, status_entries
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.vci.proof import KEY_PROOF_TYP, make_key_proof
from tests.issuer.place import PUBLIC

AUDIENCE = f"{PUBLIC}/municipality"


def _refused(issuer, answer, error, status=400):
    assert (answer.status_code, answer.json["error"]) == (status, error), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert issuer.count(issuances) == issuer.count(status_entries) == 0


def _signed(issuer, nonce, *, typ=KEY_PROOF_TYP, header=None, **claims):
    key = SigningKey.generate()
    body = {"aud": AUDIENCE, "iat": int(issuer.clock().timestamp()), "nonce": nonce} | claims
    body = {name: value for name, value in body.items() if value is not None}
    return sign_jws(body, typ=typ, key=key, header={"jwk": key.public.jwk()} | (header or {}))


def _unsigned(issuer, nonce, alg):
    key = SigningKey.generate()
    header = {"alg": alg, "typ": KEY_PROOF_TYP, "jwk": key.public.jwk()}
    claims = {"aud": AUDIENCE, "iat": int(issuer.clock().timestamp()), "nonce": nonce}
    return ".".join(base64url.encode(strict_json.dumps(part)) for part in (header, claims)) + "."


def _with_private_key(issuer, nonce):
    key = SigningKey.generate()
    secret = base64url.encode(key.private.private_numbers().private_value.to_bytes(32, "big"))
    claims = {"aud": AUDIENCE, "iat": int(issuer.clock().timestamp()), "nonce": nonce}
    return sign_jws(claims, typ=KEY_PROOF_TYP, key=key, header={"jwk": key.public.jwk() | {"d": secret}})


def _damaged(issuer, nonce):
    proof = _signed(issuer, nonce)
    return proof[:-4] + ("AAAA" if not proof.endswith("AAAA") else "BBBA")


def _with_key(jwk):
    return lambda issuer, nonce: _signed(issuer, nonce, header={"jwk": jwk})


ONE, ZERO = base64url.encode((1).to_bytes(32, "big")), base64url.encode(bytes(32))
POINT = SigningKey.generate().public.jwk()
BAD_KEYS = {
    "point off the curve": POINT | {"x": ONE, "y": ONE},
    "point zero": POINT | {"x": ZERO, "y": ZERO},
    "coordinate beyond the field": POINT | {"x": base64url.encode(b"\xff" * 32)},
    "short coordinate": POINT | {"x": POINT["x"][:40]},
    "P-384 under ES256": POINT | {"crv": "P-384"},
    "symmetric key": {"kty": "oct", "k": ONE},
    "unknown kind of key": {"kty": "PQC", "x": ONE},
    "a key that is a list": [POINT],
}
BAD_PROOFS = {
    "wrong audience": lambda i, n: _signed(i, n, aud=f"{PUBLIC}/bank"),
    "two audiences": lambda i, n: _signed(i, n, aud=[AUDIENCE, f"{PUBLIC}/bank"]),
    "audience in another case": lambda i, n: _signed(i, n, aud=AUDIENCE.upper()),
    "alg none": lambda i, n: _unsigned(i, n, "none"),
    "alg HS256": lambda i, n: _unsigned(i, n, "HS256"),
    "wrong typ": lambda i, n: _signed(i, n, typ="JWT"),
    "typ of a key binding": lambda i, n: _signed(i, n, typ="kb+jwt"),
    "private key in jwk": _with_private_key,
    "damaged signature": _damaged,
    "an hour old": lambda i, n: _signed(i, n, iat=int((i.clock() - timedelta(hours=1)).timestamp())),
    "from the future": lambda i, n: _signed(i, n, iat=int((i.clock() + timedelta(minutes=10)).timestamp())),
    "iat is text": lambda i, n: _signed(i, n, iat="now"),
    "no iat": lambda i, n: _signed(i, n, iat=None),
    "typ of a DPoP proof": lambda i, n: _signed(i, n, typ="dpop+jwt"),
    "no typ": lambda i, n: _signed(i, n, typ=""),
    "alg RS256": lambda i, n: _unsigned(i, n, "RS256") + "AAAA",
    "audience without scheme": lambda i, n: _signed(i, n, aud=AUDIENCE.removeprefix("http://")),
    "jku beside jwk": lambda i, n: _signed(i, n, header={"jku": "https://evil.example/keys"}),
    "x5u beside jwk": lambda i, n: _signed(i, n, header={"x5u": "https://evil.example/chain"}),
    "iss of an anonymous client": lambda i, n: _signed(i, n, iss="wallet"),
    "kid beside jwk": lambda i, n: _signed(i, n, header={"kid": "https://evil.example/key"}),
    "crit": lambda i, n: _signed(i, n, header={"crit": ["x"], "x": 1}),
    **{name: _with_key(jwk) for name, jwk in BAD_KEYS.items()},
}


ROWS = {
    "050": ("wrong typ", "typ of a key binding", "typ of a DPoP proof", "no typ"),
    "051": ("alg none", "alg HS256", "alg RS256"),
    "052": ("damaged signature",),
    "053": ("wrong audience", "two audiences", "audience in another case", "audience without scheme"),
    "054": ("an hour old", "from the future", "iat is text", "no iat"),
    "058": (*BAD_KEYS, "private key in jwk"),
    "059": ("kid beside jwk", "jku beside jwk", "x5u beside jwk"),
    "060": ("crit",),
}


def _marked(fault):
    rows = [row for row, faults in ROWS.items() if fault in faults]
    return pytest.param(fault, marks=[pytest.mark.threat(row) for row in rows])


@pytest.mark.parametrize("fault", [_marked(fault) for fault in BAD_PROOFS])
def test_a_bad_proof_is_refused_and_spends_its_nonce(issuer, fault):
    token, nonce = issuer.access_token(), issuer.nonce()

    answer = issuer.request_credential(token, BAD_PROOFS[fault](issuer, nonce))
    retry = issuer.request_credential(token, issuer.proof(nonce))

    _refused(issuer, answer, "invalid_proof")
    _refused(issuer, retry, "invalid_nonce")


@pytest.mark.threat("055")
def test_a_proof_without_nonce_is_an_invalid_proof(issuer):
    token = issuer.access_token()

    _refused(issuer, issuer.request_credential(token, _signed(issuer, None)), "invalid_proof")
    _refused(issuer, issuer.request_credential(token, _signed(issuer, 7)), "invalid_proof")
    _refused(issuer, issuer.request_credential(token, "no.jwt.at all"), "invalid_proof")


@pytest.mark.threat("043")
def test_an_old_cut_or_foreign_nonce_is_refused_and_a_fresh_one_helps(issuer):
    late = issuer.nonce()
    issuer.clock.advance(seconds=300)
    token = issuer.access_token()
    cut, foreign = issuer.nonce()[:-1], issuer.nonce("bank")

    for nonce in (late, cut, foreign):
        _refused(issuer, issuer.request_credential(token, issuer.proof(nonce)), "invalid_nonce")

    assert issuer.request_credential(token, issuer.proof(issuer.nonce())).status_code == 200


@pytest.mark.threat("040")
def test_a_nonce_is_good_for_one_credential_request(issuer):
    token, nonce = issuer.access_token(), issuer.nonce()
    assert issuer.request_credential(token, issuer.proof(nonce)).status_code == 200

    again = issuer.request_credential(token, issuer.proof(nonce))

    assert (again.status_code, again.json["error"]) == (400, "invalid_nonce")
    assert issuer.count(issuances) == 1


@pytest.mark.threat("062")
def test_one_bad_proof_refuses_the_whole_batch(issuer):
    token, nonce = issuer.access_token(), issuer.nonce()
    good = [issuer.proof(nonce) for _ in range(3)]

    answer = issuer.request_credential(token, *good, _signed(issuer, nonce, aud="https://evil.example"))

    _refused(issuer, answer, "invalid_proof")


@pytest.mark.threat("062")
def test_a_key_twice_or_eleven_proofs_are_refused(issuer):
    token, key = issuer.access_token(), SigningKey.generate()
    nonce = issuer.nonce()
    twice = [
        make_key_proof(key, audience=AUDIENCE, nonce=nonce, iat=issuer.clock() - timedelta(seconds=each))
        for each in range(2)
    ]
    eleven = [issuer.proof(issuer.nonce()) for _ in range(11)]

    _refused(issuer, issuer.request_credential(token, *twice), "invalid_proof")
    _refused(issuer, issuer.request_credential(token, *eleven), "invalid_proof")


def test_two_nonces_in_one_batch_are_refused(issuer):
    token = issuer.access_token()
    proofs = [issuer.proof(issuer.nonce()), issuer.proof(issuer.nonce())]

    _refused(issuer, issuer.request_credential(token, *proofs), "invalid_nonce")


@pytest.mark.threat("046")
def test_unknown_configurations_and_identifiers_have_their_own_code(issuer):
    token = issuer.access_token()
    proofs = {"proofs": {"jwt": [issuer.proof(issuer.nonce())]}}

    unknown = issuer.request_credential(
        token, configuration="passport", body={"credential_configuration_id": "passport", **proofs}
    )
    identifier = issuer.request_credential(token, body={"credential_identifier": "x", **proofs})
    both = issuer.request_credential(
        token, body={"credential_identifier": "x", "credential_configuration_id": "identity", **proofs}
    )
    neither = issuer.request_credential(token, body=proofs)

    _refused(issuer, unknown, "unknown_credential_configuration")
    _refused(issuer, identifier, "unknown_credential_identifier")
    _refused(issuer, both, "invalid_credential_request")
    _refused(issuer, neither, "invalid_credential_request")


@pytest.mark.threat("049")
@pytest.mark.parametrize(
    "proofs",
    [
        {},
        [],
        {"jwt": []},
        {"jwt": "x"},
        {"jwt": [1]},
        {"jwt": ["x"], "attestation": ["x"]},
        {"ldp_vp": [{}]},
        None,
    ],
)
def test_proofs_of_another_shape_are_refused(issuer, proofs):
    token = issuer.access_token()

    answer = issuer.request_credential(
        token, body={"credential_configuration_id": "identity", "proofs": proofs}
    )

    _refused(issuer, answer, "invalid_proof")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"proofs":{},"proofs":{}}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"a=b&a=c", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"{}", "multipart/form-data"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_invalid_credential_request(issuer, body, content_type):
    headers = {"Authorization": f"Bearer {issuer.access_token()}"}

    answer = issuer.open(
        "POST", "/municipality/credential", data=body, content_type=content_type, headers=headers
    )

    _refused(issuer, answer, "invalid_credential_request", answer.status_code)
    assert answer.status_code in (400, 415)


@pytest.mark.threat("065")
def test_response_encryption_in_a_plain_request_is_refused(issuer):
    body = {
        "credential_configuration_id": "identity",
        "proofs": {"jwt": [issuer.proof(issuer.nonce())]},
        "credential_response_encryption": {"jwk": {}, "enc": "A128GCM"},
    }

    answer = issuer.request_credential(issuer.access_token(), body=body)

    _refused(issuer, answer, "invalid_encryption_parameters")


@pytest.mark.threat("044")
def test_a_token_that_is_not_good_here_is_refused_in_the_header(issuer):
    old = issuer.access_token()
    issuer.clock.advance(seconds=300)
    tokens = ["", "unknown", old, issuer.access_token("account-holder", tenant="bank")]

    for token in tokens:
        answer = issuer.request_credential(token, issuer.proof(issuer.nonce()))

        _refused(issuer, answer, "invalid_token", 401)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.threat("045")
def test_a_token_in_the_address_is_refused(issuer, capsys):
    token = issuer.access_token()
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": [issuer.proof(issuer.nonce())]}}

    answer = issuer.open("POST", f"/municipality/credential?access_token={token}", json=body)
    with_header = issuer.request_credential(token, body=body, query_string={"access_token": token})

    _refused(issuer, answer, "invalid_token", 401)
    _refused(issuer, with_header, "invalid_token", 401)
    assert token not in capsys.readouterr().err


@pytest.mark.threat("067")
def test_one_token_is_good_for_twenty_requests(issuer):
    token = issuer.access_token()
    answers = [issuer.request_credential(token, issuer.proof(issuer.nonce())) for _ in range(21)]

    assert [each.status_code for each in answers] == [200] * 20 + [400]
    assert answers[-1].json["error"] == "credential_request_denied"
    assert issuer.count(issuances) == 20


@pytest.mark.threat("348")
def test_the_log_holds_one_line_per_refusal_and_no_personal_data(issuer, capsys):
    offered = issuer.make_offer()
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    token = issuer.token_answer(code, tx_code=offered["tx_code"]).json["access_token"]
    issuer.request_credential(token, issuer.proof(issuer.nonce()))
    capsys.readouterr()

    issuer.token_answer(code, tx_code=offered["tx_code"])
    log = capsys.readouterr().err

    assert log.count("\n") == 1
    assert "refused" in log
    secrets = [code, token, offered["tx_code"], "noor", "Vries", "999990019"]
    assert not [each for each in secrets if each in log]


def test_issuing_logs_no_personal_data(issuer, capsys):
    token = issuer.access_token()
    answer = issuer.request_credential(token, issuer.proof(issuer.nonce()))
    log = capsys.readouterr().err

    assert "credential_issued" in log
    assert not [word for word in ("noor", "Vries", "999990019", token) if word in log]
    assert json.dumps(answer.json["notification_id"]) not in log
