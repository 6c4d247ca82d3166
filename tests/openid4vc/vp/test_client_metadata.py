"""What a verifier says about itself: formats, and keys to encrypt to."""

import pytest

from openid4vc.errors import InvalidRequest, VpFormatsNotSupported
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vp.client_metadata import (
    VP_FORMATS,
    encrypting_client_metadata,
    plain_client_metadata,
    read_client_metadata,
    response_encryption,
)

KEY = DecryptionKey.generate()
JWK = KEY.jwk("e-1")
RSA = {"kty": "RSA", "kid": "r-1", "alg": "RSA-OAEP", "n": "AQAB", "e": "AQAB", "use": "enc"}
UNKNOWN = {"kty": "AKP", "kid": "pq-1", "alg": "ML-KEM-768", "pub": "AAAA"}


def _metadata(*keys, **more):
    return {"jwks": {"keys": list(keys)}, **more}


def _jwk(*, without=(), **changed):
    return {name: value for name, value in (JWK | changed).items() if name not in without}


def test_a_wallet_finds_the_key_that_we_offer():
    encryption = response_encryption(encrypting_client_metadata([JWK]))

    assert (encryption.recipient.kid, encryption.recipient.public) == ("e-1", KEY.public)
    assert encryption.enc == "A256GCM"


def test_we_offer_both_ciphers_and_our_formats():
    said = encrypting_client_metadata([JWK])

    assert said["encrypted_response_enc_values_supported"] == ["A128GCM", "A256GCM"]
    assert said["vp_formats_supported"] == plain_client_metadata()["vp_formats_supported"] == VP_FORMATS
    assert said["jwks"] == {"keys": [JWK]}


@pytest.mark.parametrize("use", [{"use": "enc"}, {"without": ("use",)}])
def test_a_key_without_a_use_is_for_encryption(use):
    assert response_encryption(_metadata(_jwk(**use))).recipient.public == KEY.public


@pytest.mark.threat("130")
def test_keys_that_are_not_understood_are_skipped():
    said = _metadata(UNKNOWN, RSA, 7, "x", None, [], JWK, {"kty": "OKP", "crv": "X25519", "kid": "o-1"})

    assert response_encryption(said).recipient.kid == "e-1"


@pytest.mark.threat("131")
@pytest.mark.parametrize(
    "jwk",
    [
        RSA,
        UNKNOWN,
        _jwk(use="sig"),
        _jwk(without=("kid",)),
        _jwk(kid=""),
        _jwk(kid=7),
        _jwk(without=("alg",)),
        _jwk(alg="ECDH-ES+A128KW"),
        _jwk(alg="ES256"),
        _jwk(crv="P-384"),
        _jwk(x=JWK["y"]),
        _jwk(d="AA"),
        _jwk(key_ops=["verify"]),
    ],
    ids=lambda jwk: str({name: jwk.get(name) for name in ("kty", "use", "kid", "alg", "crv")}),
)
def test_without_a_usable_key_the_request_is_refused(jwk):
    with pytest.raises(InvalidRequest):
        response_encryption(_metadata(jwk))


@pytest.mark.threat("131")
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"jwks": None},
        {"jwks": []},
        {"jwks": {}},
        {"jwks": {"keys": {}}},
        {"jwks": {"keys": []}},
        {"jwks_uri": "https://desk.example/jwks"},
        _metadata(*[UNKNOWN | {"kid": f"k-{number}"} for number in range(40)], JWK),
    ],
    ids=lambda said: str(said)[:50],
)
def test_without_a_list_of_keys_the_request_is_refused(said):
    with pytest.raises(InvalidRequest):
        response_encryption(said)


@pytest.mark.threat("131")
def test_two_keys_of_one_name_are_refused():
    other = DecryptionKey.generate().jwk("e-1")

    for second in (other, RSA | {"kid": "e-1"}):
        with pytest.raises(InvalidRequest, match="kid"):
            response_encryption(_metadata(JWK, second))


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["A128GCM"], "A128GCM"),
        (["A256GCM"], "A256GCM"),
        (["A128GCM", "A256GCM"], "A256GCM"),
        (["A128CBC-HS256", "A128GCM"], "A128GCM"),
        ([["A256GCM"], "A128GCM"], "A128GCM"),
    ],
)
def test_the_strongest_cipher_that_both_know_is_taken(offered, chosen):
    said = _metadata(JWK, encrypted_response_enc_values_supported=offered)

    assert response_encryption(said).enc == chosen


def test_without_a_list_of_ciphers_it_is_the_standard_one():
    assert response_encryption(_metadata(JWK)).enc == "A128GCM"


@pytest.mark.threat("131")
@pytest.mark.parametrize("offered", [[], ["A128CBC-HS256"], ["dir"], "A256GCM", None, {"A256GCM": 1}])
def test_without_a_common_cipher_the_request_is_refused(offered):
    with pytest.raises(InvalidRequest):
        response_encryption(_metadata(JWK, encrypted_response_enc_values_supported=offered))


def test_only_three_members_count():
    said = encrypting_client_metadata([JWK])
    names = {"client_name": "Evil", "logo_uri": "https://evil.example", "jwks_uri": "https://evil.example"}

    assert read_client_metadata(said | names) == said
    assert read_client_metadata(names) == {}


@pytest.mark.parametrize("formats", [{}, {"mso_mdoc": {}}, "dc+sd-jwt", {"dc+sd-jwt": None}])
def test_a_verifier_without_our_format_is_told_so(formats):
    with pytest.raises(VpFormatsNotSupported):
        read_client_metadata({"vp_formats_supported": formats})


def test_we_offer_no_key_that_a_wallet_could_not_use():
    with pytest.raises(ValueError, match="kid"):
        encrypting_client_metadata([JWK, JWK])
    with pytest.raises(ValueError, match="cannot use"):
        encrypting_client_metadata([])
    with pytest.raises(ValueError, match="cannot use"):
        encrypting_client_metadata([JWK, RSA])


def test_thirty_two_keys_are_looked_through_and_no_more():
    others = [UNKNOWN | {"kid": f"pq-{number}"} for number in range(31)]

    assert response_encryption(_metadata(*others, JWK)).recipient.kid == "e-1"
    with pytest.raises(InvalidRequest):
        response_encryption(_metadata(UNKNOWN, *others, JWK))
