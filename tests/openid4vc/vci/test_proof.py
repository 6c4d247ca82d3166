"""Key proofs: each check would turn a test red if it went away."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openid4vc.errors import InvalidProof
from openid4vc.jose import base64url
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.vci.proof import KEY_PROOF_TYP, make_key_proof, verify_key_proof

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ISSUER = "https://issuer.example/bank"
KEY = SigningKey.generate()
OTHER = SigningKey.generate()


def _proof(*, header=None, typ=KEY_PROOF_TYP, key=KEY, without=(), **changed):
    claims = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": "n1", **changed}
    claims = {name: value for name, value in claims.items() if name not in without}
    return sign_jws(claims, typ=typ, key=key, header={"jwk": KEY.public.jwk()} if header is None else header)


def _verify(proof, **options):
    return verify_key_proof(proof, expected_audience=ISSUER, now=NOW, **options)


def _is_refused(proof, **options):
    with pytest.raises(InvalidProof) as refused:
        _verify(proof, **options)
    return refused.value.public == "a key proof does not hold"


def test_a_good_proof_gives_the_key_and_the_nonce():
    verified = _verify(make_key_proof(KEY, audience=ISSUER, nonce="n1", iat=NOW))

    assert (verified.key, verified.nonce) == (KEY.public, "n1")


def test_an_audience_of_exactly_us_may_be_a_list():
    assert _verify(_proof(aud=[ISSUER])).key == KEY.public


@pytest.mark.threat("050")
@pytest.mark.parametrize("typ", ["JWT", "kb+jwt", "dpop+jwt", "", "OPENID4VCI-PROOF+JWT"])
def test_a_proof_of_another_type_is_refused(typ):
    assert _is_refused(_proof(typ=typ))


@pytest.mark.threat("051")
def test_a_proof_without_a_real_signature_is_refused():
    claims = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": "n1"}
    header = {"typ": KEY_PROOF_TYP, "jwk": KEY.public.jwk()}

    assert _is_refused(jwt.encode(claims, "", algorithm="none", headers=header))
    assert _is_refused(jwt.encode(claims, "k" * 32, algorithm="HS256", headers=header))


@pytest.mark.threat("052")
def test_a_proof_signed_with_another_key_than_it_shows_is_refused():
    assert _is_refused(_proof(key=OTHER))


@pytest.mark.threat("052")
@pytest.mark.parametrize("position", [-1, -40, -80])
def test_a_proof_with_a_damaged_signature_is_refused(position):
    proof = _proof()
    damaged = list(proof)
    damaged[position] = "A" if damaged[position] != "A" else "B"

    assert _is_refused("".join(damaged))


@pytest.mark.threat("053")
@pytest.mark.parametrize(
    "audience",
    [
        "https://issuer.example/other",
        ISSUER + "/",
        ISSUER.upper(),
        "issuer.example/bank",
        [ISSUER, "https://evil.example"],
        [],
        "",
        None,
        {"aud": ISSUER},
    ],
)
def test_a_proof_for_somebody_else_is_refused(audience):
    assert _is_refused(_proof(aud=audience))


@pytest.mark.threat("054")
@pytest.mark.parametrize("seconds", [-3600, -301, 61, 600])
def test_a_proof_from_another_time_is_refused(seconds):
    assert _is_refused(_proof(iat=int((NOW + timedelta(seconds=seconds)).timestamp())))


@pytest.mark.parametrize("seconds", [-300, -1, 0, 60])
def test_a_proof_within_the_window_is_accepted(seconds):
    assert _verify(_proof(iat=int((NOW + timedelta(seconds=seconds)).timestamp())))


@pytest.mark.threat("054")
@pytest.mark.parametrize("iat", ["1795428000", 1.5, None, True, -1, 10**18])
def test_a_proof_whose_iat_is_no_moment_is_refused(iat):
    assert _is_refused(_proof(iat=iat))


@pytest.mark.threat("055")
@pytest.mark.parametrize("nonce", ["", None, 7, ["n1"]])
def test_a_proof_without_a_nonce_is_refused(nonce):
    assert _is_refused(_proof(nonce=nonce))


@pytest.mark.parametrize("name", ["aud", "iat", "nonce"])
def test_a_proof_that_misses_a_claim_is_refused(name):
    assert _is_refused(_proof(without=(name,)))


@pytest.mark.threat("058")
@pytest.mark.parametrize(
    "change",
    [
        {"x": base64url.encode(bytes(32)), "y": base64url.encode(bytes(32))},
        {"x": base64url.encode(b"\xff" * 32)},
        {"x": base64url.encode(bytes(31))},
        {"crv": "P-384"},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "XYZ"},
        {"d": base64url.encode(bytes(32))},
        {"use": "enc"},
    ],
)
def test_a_proof_with_an_unfit_key_is_refused(change):
    assert _is_refused(_proof(header={"jwk": KEY.public.jwk() | change}))


@pytest.mark.threat("059")
@pytest.mark.parametrize(
    "more",
    [
        {"kid": "https://evil.example/key"},
        {"x5c": ["AAAA"]},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"trust_chain": ["x"]},
    ],
)
def test_a_proof_that_names_its_key_twice_is_refused(more):
    assert _is_refused(_proof(header={"jwk": KEY.public.jwk(), **more}))


@pytest.mark.parametrize("header", [{}, {"kid": "1"}, {"jwk": "text"}, {"jwk": None}])
def test_a_proof_without_its_key_is_refused(header):
    assert _is_refused(_proof(header=header))


@pytest.mark.threat("060")
def test_a_proof_with_crit_is_refused():
    assert _is_refused(_proof(header={"jwk": KEY.public.jwk(), "crit": ["x"], "x": 1}))


def test_the_proof_of_an_anonymous_client_has_no_iss():
    proof = make_key_proof(KEY, audience=ISSUER, nonce="n1", iat=NOW, client_id="wallet")

    assert _is_refused(proof)
    assert _verify(proof, allow_iss=True)


def test_the_iss_of_a_proof_is_the_client_that_asks():
    proof = make_key_proof(KEY, audience=ISSUER, nonce="n1", iat=NOW, client_id="wallet")

    assert _verify(proof, allow_iss=True, expected_client_id="wallet")
    assert _verify(_proof(), allow_iss=True, expected_client_id="wallet")
    assert _is_refused(proof, allow_iss=True, expected_client_id="other")
    assert _is_refused(_proof(iss=None), allow_iss=True, expected_client_id="wallet")


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", "....", "é.é.é", "a" * 20_000])
def test_what_is_no_jwt_is_refused(proof):
    assert _is_refused(proof)


def test_a_proof_that_is_too_long_is_refused_before_it_is_read():
    assert _is_refused(_proof(padding="x" * 70_000))


def test_a_key_on_another_curve_is_refused():
    private = ec.generate_private_key(ec.SECP384R1())
    key = jwt.algorithms.ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    claims = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": "n1"}

    assert _is_refused(jwt.encode(claims, private, "ES384", headers={"typ": KEY_PROOF_TYP, "jwk": key}))
