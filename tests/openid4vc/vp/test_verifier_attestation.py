"""Attestations of verifiers: somebody trusted says who it is and which key it has."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.vp.verifier_attestation import (
    VERIFIER_ATTESTATION_TYP,
    VerifierAttestation,
    sign_verifier_attestation,
    verify_verifier_attestation,
)
from tests.openid4vc.vp.parties import DAY, NOW, Party

ATTESTER = Party("Register of verifiers")
EVIL = Party("Evil")
ISSUER = "https://register.example"
DESK_KEY = SigningKey.generate()
SAID = VerifierAttestation(
    issuer=ISSUER,
    subject="desk",
    key=DESK_KEY.public,
    issued_at=NOW - timedelta(hours=1),
    expires_at=NOW + DAY,
    response_uris=("https://desk.example/oid4vp/response",),
)


def attestation(*, typ=VERIFIER_ATTESTATION_TYP, party=ATTESTER, chain=None, without=(), **changed):
    claims = {name: value for name, value in (SAID.claims() | changed).items() if name not in without}
    return sign_jws(claims, typ=typ, key=party.key, header={"x5c": encode_x5c(chain or party.chain)})


def _verify(compact, **changed):
    expected = {"attesters": {ISSUER: (ATTESTER.root,)}, "expected_subject": "desk", "now": NOW}
    return verify_verifier_attestation(compact, **(expected | changed))


def _refusal(compact, **changed):
    with pytest.raises(CheckFailed) as refused:
        _verify(compact, **changed)
    return refused.value.check


def test_what_an_attester_signs_is_believed():
    compact = sign_verifier_attestation(SAID, key=ATTESTER.key, chain=ATTESTER.chain)

    verified = _verify(compact)

    assert (verified.subject, verified.issuer, verified.key) == ("desk", ISSUER, DESK_KEY.public)
    assert (verified.response_uris, verified.expires_at) == (SAID.response_uris, SAID.expires_at)
    assert verified.chain.leaf == ATTESTER.leaf


def test_an_attestation_has_the_form_of_the_standard():
    compact = sign_verifier_attestation(SAID, key=ATTESTER.key, chain=ATTESTER.chain)

    claims = parse_jws(compact, expected_typ="verifier-attestation+jwt").claims()

    assert claims.keys() == {"iss", "sub", "iat", "exp", "cnf", "redirect_uris"}
    assert claims["cnf"] == {"jwk": DESK_KEY.public.jwk()}
    assert "redirect_uris" not in replace(SAID, response_uris=None).claims()


@pytest.mark.threat("103")
def test_another_type_is_no_attestation():
    assert _refusal(attestation(typ="JWT")) == "jws_typ"


@pytest.mark.parametrize("issuer", ["https://other.example", "", None, 7, ["https://register.example"]])
def test_who_is_not_named_as_an_attester_may_not_attest(issuer):
    assert _refusal(attestation(iss=issuer)) == "attestation_issuer"


def test_nobody_attests_where_nobody_is_trusted():
    assert _refusal(attestation(), attesters={}) == "attestation_issuer"
    assert _refusal(attestation(), attesters={ISSUER: ()}) == "x5c_no_anchors"


def test_an_attester_cannot_sign_in_the_name_of_another():
    both = {ISSUER: (ATTESTER.root,), "https://evil.example": (EVIL.root,)}

    assert _refusal(attestation(party=EVIL), attesters=both) == "x5c_path"


@pytest.mark.threat("102")
def test_a_signature_of_somebody_else_is_refused():
    assert _refusal(attestation(party=EVIL, chain=ATTESTER.chain)) == "attestation_signature"


@pytest.mark.parametrize("subject", ["other", "", "Desk", None, 7])
def test_the_attestation_of_another_verifier_is_refused(subject):
    assert _refusal(attestation(sub=subject)) == "attestation_subject"


@pytest.mark.threat("114")
def test_an_attestation_from_another_time_is_refused():
    now = int(NOW.timestamp())

    assert _refusal(attestation(), now=NOW + 2 * DAY) == "expired"
    assert _refusal(attestation(nbf=now + 120)) == "not_yet_valid"
    assert _refusal(attestation(iat=now + 120)) == "issued_in_future"
    assert _refusal(attestation(without=("exp",))) == "attestation_no_exp"


@pytest.mark.parametrize(
    "change",
    [
        {"cnf": None},
        {"cnf": {}},
        {"cnf": {"kid": "1"}},
        {"cnf": {"jwk": DESK_KEY.public.jwk() | {"d": "AA"}}},
        {"redirect_uris": None},
        {"redirect_uris": "https://desk.example/oid4vp/response"},
        {"redirect_uris": [7]},
        {"exp": "tomorrow"},
    ],
    ids=str,
)
def test_an_attestation_that_misses_something_is_malformed(change):
    with pytest.raises(Malformed):
        _verify(attestation(**change))


def test_an_attestation_without_a_key_is_malformed():
    with pytest.raises(Malformed):
        _verify(attestation(without=("cnf",)))
