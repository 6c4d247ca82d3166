"""Grants of tokens that were seen in this process; what a token was given for never changes."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from issuer.domain.grant import Grant

MOST = 4096


@dataclass(slots=True)
class KnownGrants:
    """By the hash of the access token, at most so many, never past the end of the token.

    Whether it was revoked or refreshed meanwhile is not known here: the statement that uses it up asks that.
    """

    _kept: dict[str, Grant] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, access_hash: str, *, organisation: str, now: datetime) -> Grant | None:
        """None for unknown, expired and of another tenant."""
        found = self._kept.get(access_hash)
        if found is None or found.organisation != organisation or found.expires_at <= now:
            return None
        return found

    def keep(self, access_hash: str, grant: Grant) -> None:
        """The ones kept longest ago make room."""
        with self._lock:
            self._kept.pop(access_hash, None)
            self._kept[access_hash] = grant
            if len(self._kept) > MOST:
                self._kept.pop(next(iter(self._kept)))
