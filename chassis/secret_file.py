"""The secret of a service: 32 random bytes in a file that only its owner may read."""

import contextlib
import hashlib
import hmac
import secrets
import stat
import sys
from pathlib import Path

from chassis.config import ConfigError

LENGTH = 32


def read_secret(path: Path) -> bytes:
    """Return the secret, made at the first start; ConfigError if short, trivial or open to others."""
    if not path.exists():
        _make(path)
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(f"{path} may be read by others; run: chmod 600 {path}")
    secret = path.read_bytes()
    if len(secret) < LENGTH or len(set(secret)) < LENGTH // 4:
        raise ConfigError(f"{path} must hold at least {LENGTH} random bytes; remove it to have one made")
    return secret


def derive(secret: bytes, purpose: str) -> bytes:
    """Return the 32 bytes that this secret gives for one purpose, so that no key serves two ends."""
    return hmac.digest(secret, b"eenmalig/" + purpose.encode(), hashlib.sha256)


def _make(path: Path) -> None:
    """Write a whole file under another name first, so that two processes agree on one secret."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(secrets.token_bytes(LENGTH))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
