"""How often one place asked for offers that are not there; nothing of it outlives the process."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=1)
LIMIT = 60
PLACES = 10_000
"""Places that are remembered at once: a flood from more of them forgets the oldest."""


@dataclass(slots=True)
class Guesses:
    """Counts per place and minute, in a bounded table."""

    _since: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def too_many(self, place: str, *, now: datetime) -> bool:
        """Whether this place has to wait until its minute is over."""
        began, count = self._since.get(place, (now, 0))
        return count >= LIMIT and now - began < WINDOW

    def count(self, place: str, *, now: datetime) -> None:
        """One more miss."""
        with self._lock:
            began, count = self._since.pop(place, (now, 0))
            if now - began >= WINDOW:
                began, count = now, 0
            self._since[place] = (began, count + 1)
            if len(self._since) > PLACES:
                self._since.pop(next(iter(self._since)))
