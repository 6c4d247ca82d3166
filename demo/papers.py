"""A signing key and its certificate chain, as they lie in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates

from openid4vc.jose.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Papers:
    """What somebody signs with."""

    key: SigningKey
    chain: tuple[Certificate, ...]

    @classmethod
    def read(cls, folder: Path) -> Papers:
        """Read key.pem and chain.pem."""
        key = SigningKey.from_pem((folder / "key.pem").read_bytes())
        return cls(key, tuple(load_pem_x509_certificates((folder / "chain.pem").read_bytes())))
