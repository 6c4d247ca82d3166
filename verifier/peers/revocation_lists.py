"""Certificate revocation lists of authorities: fetched once until their next update."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from chassis.outbound import Outbound, PeerFailed
from verifier.domain.revoked_certificates import VerifiedRevocationList

ACCEPT = "application/pkix-crl"
MAX_BYTES = 5 << 20
MAX_LISTS = 64


@dataclass(slots=True)
class RevocationLists:
    """Fetches lists and remembers the ones that were verified, by address and signing authority."""

    outbound: Outbound
    _kept: dict[tuple[str, bytes], VerifiedRevocationList] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, url: str) -> bytes | None:
        """The list as it is served; none when nobody serves one, or too much."""
        try:
            answer = self.outbound.get(url, accept=ACCEPT, max_bytes=MAX_BYTES)
        except PeerFailed:
            return None
        return answer.body if answer.status == 200 else None

    def known(self, url: str, *, authority: bytes, now: datetime) -> VerifiedRevocationList | None:
        """The list that this authority signed, as long as no newer one is due."""
        with self._lock:
            listed = self._kept.get((url, authority))
        return listed if listed is not None and now < listed.next_update else None

    def keep(self, url: str, listed: VerifiedRevocationList, *, authority: bytes) -> None:
        """The ones kept longest ago make room."""
        with self._lock:
            while len(self._kept) >= MAX_LISTS:
                del self._kept[next(iter(self._kept))]
            self._kept[url, authority] = listed
