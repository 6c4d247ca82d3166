"""DPoP proofs: each check would turn a test red if it went away."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from openid4vc.errors import InvalidDpopProof, InvalidToken, UseDpopNonce
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.dpop import DPOP_TYP, make_dpop_proof, token_hash, verify_dpop_proof

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOKEN_URL = "https://issuer.example/bank/token"
KEY = SigningKey.generate()
OTHER = SigningKey.generate()


def _proof(*, header=None, typ=DPOP_TYP, key=KEY, without=(), **changed):
    claims = {"jti": "j1", "htm": "POST", "htu": TOKEN_URL, "iat": int(NOW.timestamp()), **changed}
    claims = {name: value for name, value in claims.items() if name not in without}
    return sign_jws(claims, typ=typ, key=key, header={"jwk": KEY.public.jwk()} if header is None else header)


def _verify(*proofs, url=TOKEN_URL, **binding):
    return verify_dpop_proof(proofs, method="POST", url=url, now=NOW, **binding)


def _is_refused(*proofs, **binding):
    with pytest.raises(InvalidDpopProof) as refused:
        _verify(*proofs, **binding)
    return bool(refused.value.public)


def test_a_good_proof_gives_the_key_the_jti_and_the_nonce():
    proof = make_dpop_proof(KEY, method="POST", url=TOKEN_URL, iat=NOW, jti="j1", nonce="n1")

    verified = _verify(proof, accepted_nonces={"n1"}, expected_thumbprint=KEY.public.thumbprint())

    assert (verified.thumbprint, verified.jti, verified.nonce) == (KEY.public.thumbprint(), "j1", "n1")
    assert verified.issued_at == NOW


def test_a_proof_at_a_resource_carries_the_hash_of_the_token():
    proof = make_dpop_proof(KEY, method="POST", url=TOKEN_URL, iat=NOW, jti="j1", access_token="secret")

    assert _verify(proof, access_token="secret").nonce is None


def test_the_token_hash_is_that_of_the_standard():
    # RFC 9449, 7.1
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"

    assert token_hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def test_the_proof_of_the_standard_is_accepted():
    # RFC 9449, 4.1, figure 2
    proof = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0"
        "RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAt"
        "MjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL"
        "3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK7"
        "0nfbV37xRZT3Lg"
    )
    moment = datetime.fromtimestamp(1562262616, UTC)

    verified = verify_dpop_proof([proof], method="POST", url="https://server.example.com/token", now=moment)

    assert verified.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert verified.jti == "-BwC3ESc6acc2lTc"


@pytest.mark.threat("029")
@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_header_is_needed(count):
    assert _is_refused(*[_proof()] * count)


def test_two_headers_folded_into_one_are_refused():
    assert _is_refused(f"{_proof()}, {_proof()}")


@pytest.mark.threat("029")
@pytest.mark.parametrize("method", ["GET", "post", "", None, ["POST"]])
def test_a_proof_for_another_method_is_refused(method):
    assert _is_refused(_proof(htm=method))


@pytest.mark.threat("029")
@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example/bank/credential",
        "https://issuer.example/bank/token/",
        "https://issuer.example/BANK/token",
        "https://issuer.example:8443/bank/token",
        "https://evil.example/bank/token",
        "http://issuer.example/bank/token",
        "https://issuer.example@evil.example/bank/token",
        "https://issuer.example/bank%2Ftoken",
        "/bank/token",
        "",
        None,
        [TOKEN_URL],
    ],
)
def test_a_proof_for_another_address_is_refused(url):
    assert _is_refused(_proof(htu=url))


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://ISSUER.example/bank/token",
        "https://issuer.example:443/bank/token",
        "https://issuer.example/b%61nk/token",
        "https://issuer.example/bank/token?a=b",
        "https://issuer.example/bank/token#c",
        "https://issuer.example/bank/token?a=b#c",
    ],
)
def test_another_spelling_of_the_address_is_the_same_address(url):
    assert _verify(_proof(htu=url))
    assert _verify(_proof(), url=url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://issuer.example", "https://issuer.example/"),
        ("http://localhost:80/x", "http://localhost/x"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("https://issuer.example/%c3%a9", "https://issuer.example/%C3%A9"),
    ],
)
def test_addresses_are_compared_as_the_standard_of_addresses_says(one, other):
    assert _verify(_proof(htu=one), url=other)


def test_the_address_in_our_own_proof_has_no_query():
    proof = make_dpop_proof(KEY, method="GET", url="https://a.example/b?c=d#e", iat=NOW, jti="j1")

    claims = strict_json.loads(base64url.decode(proof.split(".")[1]))

    assert claims == {"jti": "j1", "htm": "GET", "htu": "https://a.example/b", "iat": int(NOW.timestamp())}


@pytest.mark.threat("029")
@pytest.mark.parametrize("seconds", [-600, -301, 61, 600])
def test_a_proof_from_another_time_is_refused(seconds):
    assert _is_refused(_proof(iat=int((NOW + timedelta(seconds=seconds)).timestamp())))


@pytest.mark.parametrize("seconds", [-300, 0, 60])
def test_a_proof_within_the_window_is_accepted(seconds):
    assert _verify(_proof(iat=int((NOW + timedelta(seconds=seconds)).timestamp())))


@pytest.mark.parametrize("iat", ["1795428000", 1.5, None, True])
def test_a_proof_whose_iat_is_no_moment_is_refused(iat):
    assert _is_refused(_proof(iat=iat))


def test_a_proof_that_says_itself_to_be_expired_is_refused():
    assert _is_refused(_proof(exp=int((NOW - timedelta(seconds=120)).timestamp())))


@pytest.mark.parametrize("name", ["jti", "htm", "htu", "iat"])
def test_a_proof_that_misses_a_claim_is_refused(name):
    assert _is_refused(_proof(without=(name,)))


@pytest.mark.parametrize("jti", ["", 7, None, "j" * 513])
def test_a_proof_with_an_unusable_jti_is_refused(jti):
    assert _is_refused(_proof(jti=jti))


@pytest.mark.threat("029")
@pytest.mark.parametrize("typ", ["JWT", "openid4vci-proof+jwt", "DPOP+JWT", ""])
def test_a_proof_of_another_type_is_refused(typ):
    assert _is_refused(_proof(typ=typ))


@pytest.mark.threat("029")
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_proof_without_a_real_signature_is_refused(algorithm):
    claims = {"jti": "j1", "htm": "POST", "htu": TOKEN_URL, "iat": int(NOW.timestamp())}
    header = {"typ": DPOP_TYP, "jwk": KEY.public.jwk()}
    key = "" if algorithm == "none" else "k" * 32

    assert _is_refused(jwt.encode(claims, key, algorithm=algorithm, headers=header))


def test_a_proof_signed_with_another_key_than_it_shows_is_refused():
    assert _is_refused(_proof(key=OTHER))


@pytest.mark.threat("029")
@pytest.mark.parametrize(
    "change",
    [
        {"d": base64url.encode(bytes(32))},
        {"kty": "oct", "k": "AAAA"},
        {"crv": "P-384"},
        {"x": base64url.encode(bytes(32))},
        {"use": "enc"},
    ],
)
def test_a_proof_with_an_unfit_key_is_refused(change):
    assert _is_refused(_proof(header={"jwk": KEY.public.jwk() | change}))


@pytest.mark.parametrize("header", [{}, {"kid": "1"}, {"jwk": "text"}, {"jwk": None}, {"jwk": []}])
def test_a_proof_without_its_key_is_refused(header):
    assert _is_refused(_proof(header=header))


def test_a_proof_with_crit_is_refused():
    assert _is_refused(_proof(header={"jwk": KEY.public.jwk(), "crit": ["x"], "x": 1}))


@pytest.mark.threat("029")
@pytest.mark.parametrize("ath", [None, "", "x", token_hash("another")])
def test_a_proof_for_another_token_is_refused(ath):
    assert _is_refused(_proof(ath=ath), access_token="secret")
    assert _is_refused(_proof(without=("ath",)), access_token="secret")


def test_a_token_that_is_not_ascii_is_refused():
    assert _is_refused(_proof(ath="x"), access_token="é")


@pytest.mark.threat("032")
@pytest.mark.parametrize("claims", [{}, {"nonce": "old"}, {"nonce": ""}])
def test_without_a_nonce_of_ours_the_proof_must_be_made_again(claims):
    with pytest.raises(UseDpopNonce):
        _verify(_proof(**claims), accepted_nonces={"n1", "n2"})


@pytest.mark.parametrize("nonce", [7, ["n1"], {}])
def test_a_nonce_that_is_not_text_is_refused(nonce):
    assert _is_refused(_proof(nonce=nonce), accepted_nonces={"n1"})


def test_a_nonce_that_nobody_asked_for_does_no_harm():
    assert _verify(_proof(nonce="n1")).nonce == "n1"


def test_a_bad_proof_is_not_asked_to_come_back_with_a_nonce():
    assert _is_refused(_proof(key=OTHER), accepted_nonces={"n1"})


@pytest.mark.threat("031")
def test_a_token_used_with_another_key_is_invalid():
    proof = _proof(ath=token_hash("secret"), key=OTHER, header={"jwk": OTHER.public.jwk()})

    with pytest.raises(InvalidToken):
        _verify(proof, access_token="secret", expected_thumbprint=KEY.public.thumbprint())


def test_a_code_redeemed_with_another_key_is_refused():
    proof = _proof(key=OTHER, header={"jwk": OTHER.public.jwk()})

    assert _is_refused(proof, expected_thumbprint=KEY.public.thumbprint())


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", "....", "é.é.é", "a" * 20_000])
def test_what_is_no_jwt_is_refused(proof):
    assert _is_refused(proof)


def test_a_proof_that_is_too_long_is_refused_before_it_is_read():
    assert _is_refused(_proof(padding="x" * 20_000))
