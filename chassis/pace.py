"""How long a commit waits for company: not at all for one alone, and never longer than a commit takes."""

import time

LONGEST = 0.02


class Pace:
    """Learns from the group before: who came with many expects as many, and a lone caller nobody."""

    def __init__(self) -> None:
        self._expected = 1
        self._commit = 0.0

    def patience_ends(self) -> float:
        """The moment up to which this group may wait for others; waiting longer than that saves nothing."""
        return time.monotonic() + min(self._commit, LONGEST)

    def is_short_of(self, members: int) -> bool:
        """Whether more came the time before."""
        return members < self._expected

    def learn(self, members: int, *, seconds: float) -> None:
        """How many shared the commit, and what it took."""
        self._expected, self._commit = members, seconds
