"""Status lists of issuers: fetched once per time to live, however many presentations ask (TSL 8.2, 13.7)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from chassis.outbound import Outbound, PeerFailed
from openid4vc.jose.keys import PublicKey
from openid4vc.status.known import KnownStatusLists
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, VerifiedStatusList

MAX_BYTES = 4 << 20
TURNS = 64
MAX_TOKENS = 16


@dataclass(slots=True)
class StatusLists:
    """Fetches tokens and remembers the ones that were verified, as long as ttl, exp and certificate allow."""

    outbound: Outbound
    remembered: KnownStatusLists = field(default_factory=KnownStatusLists)
    _turns: tuple[threading.Lock, ...] = field(
        default_factory=lambda: tuple(threading.Lock() for _ in range(TURNS))
    )
    _tokens: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, uri: str) -> str | None:
        """The token as the issuer serves it; none when the issuer gives no token."""
        try:
            answer = self.outbound.get(uri, accept=STATUS_LIST_MEDIA_TYPE, max_bytes=MAX_BYTES)
        except PeerFailed:
            return None
        if answer.status != 200 or answer.content_type.split(";")[0].strip() != STATUS_LIST_MEDIA_TYPE:
            return None
        return answer.body.decode("ascii", errors="replace").strip()

    @contextmanager
    def turn(self, uri: str) -> Iterator[None]:
        """One asks, the others wait and find the answer: a list that runs out is fetched once."""
        with self._turns[hash(uri) % TURNS]:
            yield

    def known(self, uri: str, *, signer: PublicKey, now: datetime) -> VerifiedStatusList | None:
        """The list that this key signed, if it is still fresh."""
        return self.remembered.known(uri, signer=signer, now=now)

    def keep(self, uri: str, verified: VerifiedStatusList, token: str) -> None:
        """What verify_status_list_token gave for this address, and the token itself for evidence."""
        self.remembered.keep(uri, verified)
        with self._lock:
            self._tokens.pop(uri, None)
            while len(self._tokens) >= MAX_TOKENS:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[uri] = token

    def token(self, uri: str) -> str | None:
        """The token that was verified last; none when others took its place."""
        with self._lock:
            return self._tokens.get(uri)
