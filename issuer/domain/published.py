"""Status lists as they were last signed, ready to be sent again while nothing changed."""

import gzip
import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from issuer.domain.status import BITS, LIST_ENTRIES, SEEN_AFTER, TTL
from openid4vc.status.publication import StatusPublication
from openid4vc.status.status_list import StatusList

MOST = 256
"""Lists that are remembered at once; one takes the size of its bitmap and of its token, twice."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One token of one revision, plain and packed, with the name that caches know it by."""

    token: bytes
    packed: bytes
    etag: str
    revision: int
    signed_at: datetime

    @classmethod
    def of(cls, token: str, *, revision: int, signed_at: datetime) -> "Signed":
        """Packed once, for all who ask."""
        plain = token.encode("ascii")
        name = hashlib.sha256(plain).hexdigest()[:32]
        return cls(plain, gzip.compress(plain, mtime=0), name, revision, signed_at)


@dataclass(slots=True)
class Published:
    """One list in this process: its bits, its last token, and when the database was last asked about it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    bits: StatusPublication = field(
        default_factory=lambda: StatusPublication(StatusList.empty(BITS, LIST_ENTRIES))
    )
    known_revision: int = -1
    signed: Signed | None = None
    asked_at: datetime | None = None
    changes: int = 0

    def current(self, *, now: datetime) -> Signed | None:
        """The token, while it is younger than its ttl and the database was asked a moment ago."""
        signed, asked_at = self.signed, self.asked_at
        if signed is None or asked_at is None:
            return None
        fresh = timedelta() <= now - signed.signed_at < TTL
        return signed if fresh and timedelta() <= now - asked_at < SEEN_AFTER else None

    def changed(self) -> None:
        """Something was revoked by this process: the next one who asks gets to see it."""
        self.changes += 1
        self.asked_at = None

    def learnt(self, signed: Signed, *, asked_at: datetime, changes: int) -> None:
        """Keep what came of asking, unless something was revoked here since the question began."""
        self.signed = signed
        self.asked_at = asked_at if changes == self.changes else None


@dataclass(slots=True)
class PublishedLists:
    """The lists of this process by tenant and number; the one remembered longest makes room."""

    _kept: dict[tuple[str, int], Published] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, organisation: str, number: int) -> Published:
        """Always the same object for a list that is remembered."""
        with self._lock:
            found = self._kept.get((organisation, number))
            if found is None:
                found = self._kept[organisation, number] = Published()
                if len(self._kept) > MOST:
                    self._kept.pop(next(iter(self._kept)))
            return found
