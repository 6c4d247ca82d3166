"""Verified status lists, remembered as long as ttl, exp and the certificate of the signer allow."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from openid4vc.jose.keys import PublicKey
from openid4vc.status.token import VerifiedStatusList

MAX_BYTES = 64 << 20


@dataclass(slots=True)
class KnownStatusLists:
    """At most `max_bytes` of lists by their address; the ones kept longest ago make room (8.2)."""

    max_bytes: int = MAX_BYTES
    _kept: dict[str, VerifiedStatusList] = field(default_factory=dict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, uri: str, *, signer: PublicKey, now: datetime) -> VerifiedStatusList | None:
        """The list that this key signed for this address, as long as it is fresh; else ask again."""
        verified = self._kept.get(uri)
        if verified is None or now >= verified.fresh_until:
            return None
        return verified if verified.signer is signer or verified.signer == signer else None

    def keep(self, uri: str, verified: VerifiedStatusList) -> None:
        """Remember what verify_status_list_token gave for this address; a list over the bound is not kept."""
        with self._lock:
            self._forget(uri)
            if verified.size_bytes > self.max_bytes:
                return
            while self._bytes + verified.size_bytes > self.max_bytes:
                self._forget(next(iter(self._kept)))
            self._kept[uri] = verified
            self._bytes += verified.size_bytes

    def _forget(self, uri: str) -> None:
        gone = self._kept.pop(uri, None)
        if gone is not None:
            self._bytes -= gone.size_bytes
