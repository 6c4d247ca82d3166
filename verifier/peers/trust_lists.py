"""Signed lists of whom to believe: fetched, and once verified remembered until their next update (T-22)."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from chassis.outbound import Outbound, PeerFailed
from openid4vc.trust.lists import MAX_LIST, VerifiedTrustList

ACCEPT = "application/jose, application/jwt;q=0.9, */*;q=0.1"


@dataclass(slots=True)
class TrustLists:
    """Fetches lists and remembers the ones that were verified; one per address, so bounded."""

    outbound: Outbound
    _kept: dict[str, VerifiedTrustList] = field(default_factory=dict)
    _signed: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, url: str) -> str | None:
        """The list as it is served; none when nobody serves one."""
        try:
            answer = self.outbound.get(url, accept=ACCEPT, max_bytes=MAX_LIST)
        except PeerFailed:
            return None
        return answer.body.decode("ascii", errors="replace").strip() if answer.status == 200 else None

    def known(self, url: str, *, now: datetime) -> VerifiedTrustList | None:
        """The list of this address, as long as no newer one is due."""
        with self._lock:
            verified = self._kept.get(url)
        return verified if verified is not None and now < verified.next_update else None

    def keep(self, url: str, verified: VerifiedTrustList, compact: str) -> None:
        """What verify_list gave for this address, and the signed list itself for evidence."""
        with self._lock:
            self._kept[url], self._signed[url] = verified, compact

    def signed(self, url: str) -> tuple[VerifiedTrustList, str] | None:
        """The list that was verified last, with its signature."""
        with self._lock:
            return (self._kept[url], self._signed[url]) if url in self._kept else None
