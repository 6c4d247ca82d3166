"""Numbers and states of the status lists (Token Status List, 13.2 and 13.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIST_ENTRIES = 1 << 17
"""Places in one list: large, so that an index says nothing."""

FILL_LIMIT = LIST_ENTRIES // 2
"""A list takes no new credential beyond this, so that a random place is found at once."""

PARALLEL_LISTS = 2
"""New credentials spread over this many lists, so that a list tells less about when."""

BITS = 1
"""Revocation is final; there is no suspension to express."""

TTL = timedelta(seconds=900)
SEEN_AFTER = timedelta(seconds=1)
"""How long a process may not know that another one revoked something; a small part of the ttl."""

LIST_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it is remembered: how often it changed, and the last token that was signed of it."""

    number: int
    revision: int
    token: str | None
    token_revision: int | None
    token_signed_at: datetime | None

    def fresh_token(self, *, now: datetime) -> str | None:
        """The kept token, unless something was revoked since or it is older than its ttl."""
        if self.token is None or self.token_signed_at is None or self.token_revision != self.revision:
            return None
        age = now - self.token_signed_at
        return self.token if timedelta() <= age < TTL else None
