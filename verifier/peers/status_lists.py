"""Status lists of issuers: fetched once per time to live, however many presentations ask (TSL 8.2, 13.7)."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.outbound import Outbound, PeerFailed
from openid4vc.status.token import VerifiedStatusList

STATUS_LIST = "application/statuslist+jwt"
MAX_BYTES = 4 << 20
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=15)


@dataclass(slots=True)
class StatusLists:
    """Fetches tokens and remembers the ones that were verified."""

    outbound: Outbound
    _kept: dict[tuple[str, str], tuple[VerifiedStatusList, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, uri: str) -> str | None:
        """The token as the issuer serves it; none when the issuer gives no token."""
        try:
            answer = self.outbound.get(uri, accept=STATUS_LIST, max_bytes=MAX_BYTES)
        except PeerFailed:
            return None
        if answer.status != 200 or answer.content_type.split(";")[0].strip() != STATUS_LIST:
            return None
        return answer.body.decode("ascii", errors="replace").strip()

    def known(self, uri: str, *, signer: str, now: datetime) -> VerifiedStatusList | None:
        """The list that this key signed, if it was verified lately enough."""
        with self._lock:
            verified, good_until = self._kept.get((uri, signer), (None, now))
            return verified if now < good_until else None

    def keep(self, uri: str, verified: VerifiedStatusList, *, signer: str, now: datetime) -> None:
        """Good for its own ttl, at most a quarter of an hour and never past its exp."""
        ttl = timedelta(seconds=verified.ttl or 0)
        good_until = now + min(max(ttl, SHORTEST), LONGEST)
        if verified.expires_at is not None:
            good_until = min(good_until, verified.expires_at)
        with self._lock:
            self._kept[(uri, signer)] = (verified, good_until)
