"""Values of people at rest: sealed under a key that is not in the database."""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.secret_file import derive

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """AES-256-GCM; the place (table and row) is authenticated, so a value cannot move to another row."""

    key: bytes

    @classmethod
    def from_secret(cls, secret: bytes) -> "Seal":
        """A key of its own, derived from the service's secret file."""
        return cls(derive(secret, "verifier/values"))

    def close(self, value: bytes, *, place: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Raises InvalidTag when the key or the place is another one."""
        return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
