"""Unguessable tokens, and comparing them without telling how far they agree."""

import hashlib
import hmac
import secrets


def new_token(nbytes: int = 32) -> str:
    """Return fresh randomness as base64url without padding; none looks like an option of a command."""
    while (token := secrets.token_urlsafe(nbytes)).startswith("-"):
        pass
    return token


def same_token(given: str, expected: str) -> bool:
    """Compare two tokens in constant time; an empty one equals nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token in hex: what a store keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()
