"""Nonces and challenges that need no table: a time and randomness under a seal that only we can make."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from openid4vc.errors import Malformed
from openid4vc.jose import base64url

LIFE = timedelta(seconds=300)
RANDOM_BYTES = 16
_TIME_BYTES, _SEAL_BYTES = 8, 16


@dataclass(frozen=True, slots=True)
class FreshValues:
    """All values that one tenant gave out for one purpose in the last five minutes (RFC 9449, 8).

    That a value is in here does not say that it was not used before: proofs are spent by their `jti`.
    """

    secret: bytes
    purpose: str
    organisation: str
    now: datetime

    def make(self, random: bytes) -> str:
        """A new value from sixteen random bytes."""
        stated = int(self.now.timestamp()).to_bytes(_TIME_BYTES, "big") + random
        return base64url.encode(stated + self._seal(stated))

    def __contains__(self, value: object) -> bool:
        """Sealed by us, for this tenant and purpose, and not too old."""
        try:
            raw = base64url.decode(value if isinstance(value, str) else "")
        except Malformed:
            return False
        stated, seal = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
        if len(stated) != _TIME_BYTES + RANDOM_BYTES or not hmac.compare_digest(seal, self._seal(stated)):
            return False
        age = int(self.now.timestamp()) - int.from_bytes(stated[:_TIME_BYTES], "big")
        return 0 <= age < LIFE.total_seconds()

    def _seal(self, stated: bytes) -> bytes:
        message = f"{self.purpose}\n{self.organisation}\n".encode() + stated
        return hmac.digest(self.secret, message, hashlib.sha256)[:_SEAL_BYTES]
