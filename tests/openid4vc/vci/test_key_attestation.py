"""Key attestations, alone and beside a key proof: each check would turn a test red if it went away."""

from datetime import timedelta

import pytest

from openid4vc.errors import CheckFailed, InvalidProof, Malformed
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.vci.key_attestation import (
    KEY_ATTESTATION_TYP,
    KeyAttestationsRequired,
    make_key_attestation,
    verify_key_attestation,
)
from openid4vc.vci.proof import (
    check_key_attestation,
    make_key_proof,
    verify_attestation_proof,
    verify_key_proof,
)
from tests.openid4vc.jose.authority import NOW, Authority, later, root

ISSUER = "https://issuer.example/bank"
ATTESTER = root().signer()
KEY, SECOND, OTHER = (SigningKey.generate() for _ in range(3))
ANCHORS = (root().certificate,)


def _attestation(*, typ=KEY_ATTESTATION_TYP, key=ATTESTER.key, header=None, without=(), **changed):
    claims = {
        "iat": int(NOW.timestamp()),
        "exp": int(later(hours=1).timestamp()),
        "nonce": "n1",
        "attested_keys": [KEY.public.jwk(), SECOND.public.jwk()],
        **changed,
    }
    claims = {name: value for name, value in claims.items() if name not in without}
    header = {"x5c": encode_x5c(ATTESTER.chain)} if header is None else header
    return sign_jws(claims, typ=typ, key=key, header=header)


def _verify(jwt, *, anchors=ANCHORS, now=NOW):
    return verify_key_attestation(jwt, anchors=anchors, now=now)


def _is_refused(jwt, **options):
    with pytest.raises((CheckFailed, Malformed)):
        _verify(jwt, **options)
    with pytest.raises(InvalidProof) as refused:
        verify_attestation_proof(jwt, **{"attesters": options.get("anchors", ANCHORS), "now": NOW})
    return refused.value.public == "a key attestation does not hold"


def _proof(attestation, *, key=KEY, nonce="n1", **options):
    jwt = make_key_proof(key, audience=ISSUER, nonce=nonce, iat=NOW, key_attestation=attestation)
    return verify_key_proof(jwt, expected_audience=ISSUER, now=NOW, **{"attesters": ANCHORS, **options})


def test_a_good_attestation_gives_the_keys_and_what_is_said_of_them():
    jwt = make_key_attestation(
        [KEY.public, SECOND.public],
        key=ATTESTER.key,
        chain=ATTESTER.chain,
        iat=NOW,
        exp=later(hours=1),
        nonce="n1",
        key_storage=["iso_18045_moderate"],
        user_authentication=["iso_18045_high"],
        certification="https://provider.example/certificate",
    )

    attestation = _verify(jwt)

    assert attestation.keys == (KEY.public, SECOND.public)
    assert (attestation.nonce, attestation.expires_at) == ("n1", later(hours=1))
    assert attestation.key_storage == ("iso_18045_moderate",)
    assert attestation.user_authentication == ("iso_18045_high",)
    assert attestation.claims["certification"] == "https://provider.example/certificate"
    assert attestation.chain.leaf == ATTESTER.chain[0]
    assert verify_attestation_proof(jwt, attesters=ANCHORS, now=NOW).keys == attestation.keys


def test_what_is_optional_may_be_absent():
    attestation = _verify(_attestation(without=("exp", "nonce")))

    assert (attestation.nonce, attestation.expires_at, attestation.key_storage) == (None, None, ())


@pytest.mark.parametrize("typ", ["JWT", "keyattestation+jwt", "openid4vci-proof+jwt", ""])
def test_an_attestation_of_another_type_is_refused(typ):
    assert _is_refused(_attestation(typ=typ))


def test_an_attestation_with_a_bad_signature_is_refused():
    assert _is_refused(_attestation(key=OTHER))


def test_an_attestation_of_somebody_we_do_not_trust_is_refused():
    assert _is_refused(_attestation(), anchors=(Authority.root("Other root").certificate,))
    assert _is_refused(_attestation(), anchors=())


@pytest.mark.parametrize("header", [{}, {"x5c": []}, {"kid": "1"}], ids=list)
def test_an_attestation_without_its_chain_is_refused(header):
    assert _is_refused(_attestation(header=header))


@pytest.mark.parametrize("name", ["iat", "attested_keys"])
def test_an_attestation_that_misses_a_claim_is_refused(name):
    assert _is_refused(_attestation(without=(name,)))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int((NOW - timedelta(minutes=5)).timestamp())},
        {"exp": "soon"},
        {"iat": int(later(hours=1).timestamp())},
        {"iat": "now"},
        {"nbf": int(later(hours=1).timestamp())},
        {"nonce": ""},
        {"nonce": 7},
        {"nonce": None},
        {"attested_keys": []},
        {"attested_keys": KEY.public.jwk()},
        {"attested_keys": ["key"]},
        {"attested_keys": [KEY.public.jwk() | {"d": "AAAA"}]},
        {"attested_keys": [KEY.public.jwk() | {"crv": "P-384"}]},
        {"attested_keys": [KEY.public.jwk(), KEY.public.jwk()]},
        {"attested_keys": [KEY.public.jwk()] * 129},
        {"key_storage": []},
        {"key_storage": "iso_18045_high"},
        {"user_authentication": [1]},
        {"padding": "x" * 40_000},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_an_attestation_with_a_faulty_claim_is_refused(changed):
    assert _is_refused(_attestation(**changed))


@pytest.mark.parametrize("jwt", ["", "a.b", "a.b.c", "é.é.é"])
def test_what_is_no_jwt_is_refused(jwt):
    assert _is_refused(jwt)


def test_an_attestation_without_nonce_is_no_proof():
    with pytest.raises(InvalidProof):
        verify_attestation_proof(_attestation(without=("nonce",)), attesters=ANCHORS, now=NOW)


def test_a_proof_may_bring_an_attestation_of_its_key_and_others():
    proof = _proof(_attestation())

    assert proof.keys == (KEY.public, SECOND.public)
    assert proof.attestation.nonce == proof.nonce == "n1"


def test_a_proof_without_an_attestation_speaks_for_its_own_key():
    assert _proof(None).keys == (KEY.public,)


def test_an_attestation_that_nobody_judges_counts_for_nothing():
    jwt = make_key_proof(KEY, audience=ISSUER, nonce="n1", iat=NOW, key_attestation="rubbish")

    proof = verify_key_proof(jwt, expected_audience=ISSUER, now=NOW)

    assert (proof.attestation, proof.keys) == (None, (KEY.public,))


@pytest.mark.parametrize(
    "attestation",
    [
        _attestation(without=("exp",)),
        _attestation(without=("nonce",)),
        _attestation(nonce="n2"),
        _attestation(attested_keys=[SECOND.public.jwk()]),
        _attestation(key=OTHER),
        _attestation(typ="keyattestation+jwt"),
        "rubbish",
        7,
        {},
    ],
    ids=lambda attestation: str(attestation)[-12:],
)
def test_a_proof_with_an_unfit_attestation_is_refused(attestation):
    with pytest.raises(InvalidProof):
        _proof(attestation)


def test_a_proof_signed_by_a_key_that_is_not_attested_is_refused():
    with pytest.raises(InvalidProof):
        _proof(_attestation(), key=OTHER)


@pytest.mark.parametrize(
    ("required", "good"),
    [
        ({}, True),
        ({"key_storage": ("iso_18045_high", "iso_18045_moderate")}, True),
        ({"key_storage": ("iso_18045_high",)}, False),
        ({"user_authentication": ("iso_18045_high",)}, True),
        ({"user_authentication": ("iso_18045_basic",)}, False),
        ({"key_storage": ("iso_18045_moderate",), "user_authentication": ("iso_18045_basic",)}, False),
    ],
)
def test_what_is_attested_must_be_what_the_credential_needs(required, good):
    attestation = _verify(
        _attestation(key_storage=["iso_18045_moderate"], user_authentication=["iso_18045_high"])
    )

    assert attestation.meets(KeyAttestationsRequired(**required)) is good


def test_keys_of_unknown_strength_meet_no_demand():
    assert not _verify(_attestation()).meets(KeyAttestationsRequired(key_storage=("iso_18045_basic",)))


def test_a_demanded_attestation_must_be_there_and_strong_enough():
    attestation = _verify(_attestation())

    check_key_attestation(None, required=None)
    check_key_attestation(attestation, required=KeyAttestationsRequired())
    for given, demand in ((None, {}), (attestation, {"key_storage": ("iso_18045_high",)})):
        with pytest.raises(InvalidProof):
            check_key_attestation(given, required=KeyAttestationsRequired(**demand))
