import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, jws
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey

TYP = "test+jwt"
KEY = SigningKey.generate()
# Appendix A.3 of RFC 7515.
KNOWN_JWS = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
KNOWN_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def signed(header: Any, payload: bytes = b'{"a":1}', *, key: SigningKey = KEY) -> str:
    protected = header if isinstance(header, bytes) else json.dumps(header).encode()
    signing_input = f"{base64url.encode(protected)}.{base64url.encode(payload)}"
    return f"{signing_input}.{base64url.encode(key.sign(signing_input.encode()))}"


def refusal_of(compact: str) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify_jws(parse_jws(compact, expected_typ=TYP), key=KEY.public)
    return refusal.value.check


def test_what_is_signed_verifies() -> None:
    compact = sign_jws({"a": "é"}, typ=TYP, key=KEY, header={"kid": "1"})

    verified = verify_jws(parse_jws(compact, expected_typ=TYP), key=KEY.public)

    assert verified.claims == {"a": "é"}
    assert verified.header == {"alg": "ES256", "typ": TYP, "kid": "1"}


def test_the_example_of_the_standard_verifies_but_for_its_missing_type() -> None:
    signing_input, _, signature = KNOWN_JWS.rpartition(".")

    assert PublicKey.from_jwk(KNOWN_KEY).verify(signing_input.encode(), base64url.decode(signature))
    assert refusal_of(KNOWN_JWS) == "jws_typ"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"typ": "JWT"}])
def test_a_caller_may_not_choose_algorithm_or_type(header: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="alg and typ"):
        sign_jws({}, typ=TYP, key=KEY, header=header)


@pytest.mark.threat(205)
def test_a_damaged_signature_or_another_key_is_refused() -> None:
    compact = sign_jws({"a": 1}, typ=TYP, key=KEY)
    head, _, signature = compact.rpartition(".")
    damaged = bytes([base64url.decode(signature)[0] ^ 1]) + base64url.decode(signature)[1:]

    assert refusal_of(f"{head}.{base64url.encode(damaged)}") == "jws_signature"
    assert refusal_of(f"{head}.") == "jws_signature"
    assert refusal_of(sign_jws({"a": 1}, typ=TYP, key=SigningKey.generate())) == "jws_signature"


@pytest.mark.threat(205)
def test_an_altered_payload_or_header_is_refused() -> None:
    header, payload, signature = sign_jws({"a": 1}, typ=TYP, key=KEY).split(".")
    other_payload = base64url.encode(b'{"a":2}')
    other_header = base64url.encode(json.dumps({"alg": "ES256", "typ": TYP, "kid": "2"}).encode())

    assert refusal_of(f"{header}.{other_payload}.{signature}") == "jws_signature"
    assert refusal_of(f"{other_header}.{payload}.{signature}") == "jws_signature"


def test_a_failed_signature_is_refused_under_the_name_that_the_caller_gives() -> None:
    unverified = parse_jws(sign_jws({}, typ=TYP, key=SigningKey.generate()), expected_typ=TYP)

    with pytest.raises(CheckFailed, match="issuer_signature"):
        verify_jws(unverified, key=KEY.public, check="issuer_signature")


@pytest.mark.threat(206)
@pytest.mark.threat(208)
@pytest.mark.parametrize(
    "alg",
    [
        "none",
        "None",
        "nOnE",
        "NONE",
        "HS256",
        "ES256K",
        "RS256",
        "PS256",
        "EdDSA",
        "ES384",
        "es256",
        "",
        None,
        7,
        ["ES256"],
    ],
)
def test_an_algorithm_that_is_not_exactly_es256_is_refused(alg: object) -> None:
    assert refusal_of(signed({"alg": alg, "typ": TYP})) == "jws_alg"
    assert refusal_of(signed({"alg": alg, "typ": TYP}).rpartition(".")[0] + ".") == "jws_alg"
    assert refusal_of(signed({"typ": TYP})) == "jws_alg"


@pytest.mark.threat(207)
@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
def test_the_public_key_is_no_shared_secret(form: str) -> None:
    secret = {
        "pem": KEY.public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": KEY.public.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "jwk": json.dumps(KEY.public.jwk()).encode(),
    }[form]
    signing_input = signed({"alg": "HS256", "typ": TYP}).rpartition(".")[0]
    mac = hmac.digest(secret, signing_input.encode(), "sha256")

    assert refusal_of(f"{signing_input}.{base64url.encode(mac)}") == "jws_alg"


@pytest.mark.threat(209)
def test_a_key_in_the_header_is_not_used() -> None:
    attacker = SigningKey.generate()
    header = {
        "alg": "ES256",
        "typ": TYP,
        "jwk": attacker.public.jwk(),
        "jku": "https://a.example",
        "kid": "../../k",
    }

    assert refusal_of(signed(header, key=attacker)) == "jws_signature"


@pytest.mark.threat(210)
@pytest.mark.parametrize(
    "extension",
    [{"crit": ["exp"]}, {"crit": []}, {"crit": None}, {"b64": False}, {"b64": True}, {"zip": "DEF"}],
)
def test_an_extension_is_refused(extension: dict[str, Any]) -> None:
    assert refusal_of(signed({"alg": "ES256", "typ": TYP} | extension)) == "jws_extension"


@pytest.mark.threat(211)
@pytest.mark.parametrize("typ", ["JWT", "TEST+JWT", f"application/{TYP}", "kb+jwt", "", None, [TYP]])
def test_another_type_is_refused(typ: object) -> None:
    assert refusal_of(signed({"alg": "ES256", "typ": typ})) == "jws_typ"
    assert refusal_of(signed({"alg": "ES256"})) == "jws_typ"


@pytest.mark.threat(213)
def test_a_signature_in_der_is_refused() -> None:
    signing_input = signed({"alg": "ES256", "typ": TYP}).rpartition(".")[0]
    der = KEY.private.sign(signing_input.encode(), ec.ECDSA(SHA256()))

    assert refusal_of(f"{signing_input}.{base64url.encode(der)}") == "jws_signature"


@pytest.mark.threat(214)
def test_another_shape_is_malformed() -> None:
    good = sign_jws({"a": 1}, typ=TYP, key=KEY)
    shapes = [
        "",
        ".",
        "..",
        good.rpartition(".")[0],
        good + ".",
        good + ".AAAA",
        good + "=",
        " " + good,
        good + "\n",
    ]

    for shape in shapes:
        with pytest.raises(Malformed):
            verify_jws(parse_jws(shape, expected_typ=TYP), key=KEY.public)


@pytest.mark.threat(215)
@pytest.mark.parametrize(
    "header",
    [b'{"alg":"ES256","alg":"ES256","typ":"test+jwt"}', b'["alg"]', b"null", b"not json", b'{"alg":"ES256"'],
)
def test_a_header_with_two_readings_or_none_is_malformed(header: bytes) -> None:
    with pytest.raises(Malformed):
        parse_jws(signed(header), expected_typ=TYP)


@pytest.mark.threat(215)
@pytest.mark.parametrize("payload", [b'{"a":1,"a":2}', b"[]", b"1", b"", b"\xff"])
def test_a_payload_that_is_not_one_object_is_malformed(payload: bytes) -> None:
    unverified = parse_jws(signed({"alg": "ES256", "typ": TYP}, payload), expected_typ=TYP)

    with pytest.raises(Malformed):
        verify_jws(unverified, key=KEY.public)
    with pytest.raises(Malformed):
        unverified.claims()


def test_a_short_header_is_read_anew_for_another_type() -> None:
    compact = signed({"alg": "ES256", "typ": TYP})

    assert parse_jws(compact, expected_typ=TYP).header == {"alg": "ES256", "typ": TYP}
    with pytest.raises(CheckFailed) as refusal:
        parse_jws(compact, expected_typ="other+jwt")
    assert refusal.value.check == "jws_typ"


def test_a_short_header_that_was_refused_is_refused_again() -> None:
    for header, check in (({"alg": "none"}, "jws_alg"), ({"alg": "ES256", "b64": True}, "jws_extension")):
        for _ in range(2):
            assert refusal_of(signed({"typ": TYP} | header)) == check


def test_what_a_reader_does_to_a_short_header_stays_with_him() -> None:
    compact = signed({"alg": "ES256", "typ": TYP})
    parse_jws(compact, expected_typ=TYP).header["alg"] = "none"

    assert parse_jws(compact, expected_typ=TYP).header["alg"] == "ES256"


@pytest.mark.parametrize(("filler", "kept"), [(0, 1), (1, 0), (1000, 0)])
def test_only_a_short_header_is_kept(filler: int, kept: int) -> None:
    jws._known_header.cache_clear()
    longest = jws._SHORT_HEADER * 3 // 4 - len(b'{"alg": "ES256", "typ": "test+jwt", "more": ""}')

    parse_jws(signed({"alg": "ES256", "typ": TYP, "more": "x" * (longest + filler)}), expected_typ=TYP)

    assert jws._known_header.cache_info().currsize == kept
    assert jws._known_header.cache_info().maxsize == 64


@pytest.mark.parametrize("parts", ["", "a", "a.b", "a.b.c.d", "..c.d", "a..b.c"])
def test_any_other_number_of_parts_is_malformed(parts: str) -> None:
    with pytest.raises(Malformed, match="three parts"):
        parse_jws(parts, expected_typ=TYP)
