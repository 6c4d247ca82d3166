import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256

from openid4vc.errors import Malformed
from openid4vc.jose import base64url
from openid4vc.jose.keys import PublicKey, SigningKey

KEY = SigningKey.generate()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# Appendix A.3 of RFC 7515: a key pair that everybody knows.
KNOWN = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def pkcs8(key: Any, encoding: serialization.Encoding) -> bytes:
    return bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def test_a_jwk_survives_reading_and_writing() -> None:
    assert PublicKey.from_jwk(KNOWN).jwk() == KNOWN
    assert PublicKey.from_jwk(KEY.public.jwk()) == KEY.public
    assert len({KEY.public, PublicKey.from_jwk(KEY.public.jwk())}) == 1


def test_a_jwk_that_was_read_is_the_one_that_the_key_itself_gives() -> None:
    read = PublicKey.from_jwk(KNOWN | {"kid": "1"})

    assert read.jwk() == PublicKey(read.key).jwk() == KNOWN
    assert read.thumbprint() == PublicKey(read.key).thumbprint()


def test_a_mapping_of_another_kind_is_read_too() -> None:
    assert PublicKey.from_jwk(MappingProxyType(KNOWN)).jwk() == KNOWN


def test_a_coordinate_has_one_spelling_and_its_own_place() -> None:
    """Both are read at once; what lies in between must not move the border."""
    jwk = next(jwk for jwk in (SigningKey.generate().public.jwk() for _ in range(500)) if "A" in jwk["x"])
    x, y = jwk["x"], jwk["y"]
    place = x.index("A")

    for moved in (
        {"x": x[:place], "y": f"{x[place + 1 :]}A{y}"},
        {"x": x[:-1] + chr(ord(x[-1]) + 1), "y": y},
        {"x": x, "y": y[:-1] + chr(ord(y[-1]) + 1)},
        {"x": x, "y": ""},
    ):
        with pytest.raises(Malformed, match=r"coordinate|stray"):
            PublicKey.from_jwk(jwk | moved)


@pytest.mark.parametrize("name", KNOWN)
def test_a_private_member_in_the_place_of_a_needed_one_is_refused(name: str) -> None:
    jwk = {member: value for member, value in KNOWN.items() if member != name} | {"d": KNOWN["x"]}

    with pytest.raises(Malformed):
        PublicKey.from_jwk(jwk)


@pytest.mark.threat(242)
@pytest.mark.parametrize(
    "extra", [{}, {"use": "sig"}, {"alg": "ES256"}, {"key_ops": ["verify"]}, {"kid": "1", "foreign": [1]}]
)
def test_a_key_that_may_verify_is_read(extra: dict[str, Any]) -> None:
    assert PublicKey.from_jwk(KNOWN | extra).jwk() == KNOWN


@pytest.mark.threat(212)
@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"use": None},
        {"alg": "ES384"},
        {"alg": "ECDH-ES"},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"kty": "OKP"},
        {"kty": "oct", "k": "AAAA"},
        {"kty": None},
        {"crv": "P-384"},
        {"crv": "secp256k1"},
        {"crv": ["P-256"]},
        {"x": None},
        {"x": 7},
        {"x": KNOWN["x"] + "="},
        {"x": "AA" + KNOWN["x"]},
        {"x": "AAAA"},
        {"x": base64url.encode(b"\0" + base64url.decode(KNOWN["x"]))},
        {"y": KNOWN["x"]},
        {"y": "A" * 43},
        *({name: "AAAA"} for name in ("d", "p", "q", "dp", "dq", "qi", "oth", "k")),
    ],
)
def test_a_key_that_is_not_a_public_p256_key_for_signatures_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        PublicKey.from_jwk(KNOWN | change)


@pytest.mark.parametrize("jwk", [None, [], "key", 7])
def test_a_key_that_is_no_object_is_refused(jwk: Any) -> None:
    with pytest.raises(Malformed):
        PublicKey.from_jwk(jwk)


def test_the_thumbprint_is_over_the_four_members_in_order() -> None:
    canonical = json.dumps(KNOWN, sort_keys=True, separators=(",", ":")).encode()
    expected = urlsafe_b64encode(sha256(canonical).digest()).rstrip(b"=").decode()

    assert PublicKey.from_jwk(dict(reversed(KNOWN.items())) | {"kid": "x"}).thumbprint() == expected


def test_a_signature_is_64_bytes_and_verifies_with_its_own_key_only() -> None:
    signature = KEY.sign(b"message")

    assert len(signature) == 64
    assert KEY.public.verify(b"message", signature)
    assert not KEY.public.verify(b"massage", signature)
    assert not SigningKey.generate().public.verify(b"message", signature)


@pytest.mark.threat(213)
def test_no_other_form_of_a_signature_passes() -> None:
    signature = KEY.sign(b"message")
    r, s = signature[:32], signature[32:]
    der = KEY.private.sign(b"message", ec.ECDSA(SHA256()))
    forms = [
        b"",
        der,
        signature[:-1],
        signature + b"\0",
        b"\0" + r + b"\0" + s,
        bytes(64),
        bytes(32) + s,
        r + bytes(32),
        ORDER.to_bytes(32, "big") + s,
        r + ORDER.to_bytes(32, "big"),
        b"\xff" * 64,
    ]

    assert not any(KEY.public.verify(b"message", form) for form in forms)


def test_a_key_survives_pem_and_der() -> None:
    assert SigningKey.from_pem(KEY.to_pem()).public == KEY.public
    assert SigningKey.from_der(KEY.to_der()).public == KEY.public
    assert KEY.to_pem().startswith(b"-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_key_of_another_kind_is_refused(key: Any) -> None:
    with pytest.raises(Malformed):
        SigningKey.from_pem(pkcs8(key, serialization.Encoding.PEM))
    with pytest.raises(Malformed):
        SigningKey.from_der(pkcs8(key, serialization.Encoding.DER))


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(Malformed):
        SigningKey.from_pem(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(Malformed):
        SigningKey.from_der(b"\x30\x00")


def test_a_private_key_does_not_show_itself() -> None:
    number = KEY.private.private_numbers().private_value

    assert f"{number}" not in repr(KEY)
    assert f"{number:x}" not in repr(KEY)
    assert KEY.public.thumbprint() in repr(KEY)
