"""The status lists of the receipts as they were last signed, kept in memory by each process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from openid4vc.status.publication import StatusPublication
from openid4vc.status.status_list import INVALID, StatusList
from verifier.domain.receipt import BITS, LIST_ENTRIES, TTL
from verifier.store.receipts import Receipts


@dataclass(slots=True)
class _Signed:
    """One list: its bits, what the register had seen when they were read, and the token made of them."""

    publication: StatusPublication
    revision: int = -1
    token: str = ""
    signed_at: datetime | None = None

    def fresh(self, revision: int, now: datetime) -> bool:
        """Nothing happened since, and it is within its ttl; a clock set back does not make it fresh."""
        if self.signed_at is None or self.revision != revision:
            return False
        return timedelta() <= now - self.signed_at < TTL


@dataclass(frozen=True, slots=True)
class ReceiptStatus:
    """Signs a list anew when something ended since, and at most as often as something ends."""

    receipts: Receipts
    _lists: dict[int, _Signed] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def token(self, number: int, sign: Callable[[StatusPublication], str], *, now: datetime) -> str | None:
        """The token of a list, never older than the last use or withdrawal; none for an unknown list."""
        if number not in self._lists and number not in self.receipts.list_numbers():
            return None
        with self._lock:
            known = self._lists.get(number) or _Signed(
                StatusPublication(StatusList.empty(BITS, LIST_ENTRIES))
            )
            revision = self.receipts.revision()
            if known.fresh(revision, now):
                return known.token
            ended = [idx for idx in self.receipts.ended(number) if known.publication.get(idx) != INVALID]
            if not ended and known.fresh(known.revision, now):
                known.revision = revision
                return known.token
            known.signed_at = None
            for idx in ended:
                known.publication.set(idx, INVALID)
            known.token = sign(known.publication)
            known.revision, known.signed_at = revision, now
            self._lists[number] = known
            return known.token
