"""A notice to somebody outside: that something happened to a mandate, and nothing more."""

from dataclasses import dataclass
from datetime import timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell; the key is the same at every attempt, so that the receiver can count it once."""

    key: str
    kind: str
    target: str
    payload: str
    attempts: int


def wait_after(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to a quarter of an hour; it is never given up."""
    doublings: int = min(max(attempts - 1, 0), DOUBLINGS)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
