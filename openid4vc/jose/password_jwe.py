"""Compact JWE under a password: PBES2-HS256+A128KW with A128GCM (RFC 7518, 4.8; EUDI TS10 1.2, 5)."""

import unicodedata
from typing import Any, Final

from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import OctKey

from openid4vc.jose import base64url

PBES2: Final = "PBES2-HS256+A128KW"
A128GCM: Final = "A128GCM"
ITERATIONS: Final = 300_000
FEWEST_CHARACTERS: Final = 12
MOST_CHARACTERS: Final = 200
_registry = JWERegistry(algorithms=(PBES2, A128GCM), strict_check_header=False)


def lock_with_password(plaintext: bytes, password: str, *, salt: bytes, cty: str) -> str:
    """Encrypt a file for whoever knows the password; ValueError for one of under 12 characters.

    The password counts in normal form C, as UTF-8; `salt` is 16 random bytes or more (RFC 7518, 4.8.1.1).
    """
    if not is_long_enough(password):
        raise ValueError("a password has 12 to 200 characters")
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 bytes")
    header: dict[str, Any] = {
        "alg": PBES2,
        "enc": A128GCM,
        "p2s": base64url.encode(salt),
        "p2c": ITERATIONS,
        "cty": cty,
    }
    return encrypt_compact(header, plaintext, _key(password), registry=_registry)


def is_long_enough(password: str) -> bool:
    """Whether a password may lock a file."""
    return FEWEST_CHARACTERS <= len(_normal(password)) <= MOST_CHARACTERS


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _key(password: str) -> OctKey:
    return OctKey.import_key(_normal(password).encode("utf-8"))
