"""Whoever redeems a code is who asked for it: proof key for code exchange, S256 only (RFC 7636)."""

import hmac
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from openid4vc.errors import InvalidGrant
from openid4vc.jose import base64url

S256 = "S256"

CodeVerifier = Annotated[str, Field(pattern=r"\A[A-Za-z0-9._~-]{43,128}\z")]
CodeChallenge = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{43}\z")]


def make_code_verifier(random: bytes) -> str:
    """A verifier out of 32 to 96 random bytes, new for each authorization (RFC 7636, 4.1)."""
    if not 32 <= len(random) <= 96:
        raise ValueError("a code verifier needs 32 to 96 random bytes")
    return base64url.encode(random)


def code_challenge(verifier: str) -> str:
    """What goes ahead of the verifier: its SHA-256, base64url (RFC 7636, 4.2)."""
    return base64url.encode(sha256(verifier.encode("ascii")).digest())


def check_code_verifier(verifier: str, *, expected_challenge: str) -> None:
    """A verifier other than the one that was announced is InvalidGrant (RFC 7636, 4.6)."""
    if not hmac.compare_digest(code_challenge(verifier), expected_challenge):
        raise InvalidGrant("the code_verifier is not the one of this code")
