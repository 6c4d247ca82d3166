"""How many requests work at once in a process; one that waits for a peer gives its place to another."""

import contextlib
import threading
from collections.abc import Iterator

_here = threading.local()


class Overloaded(Exception):
    """No place came free in time; the caller is told when to come back."""


class Slots:
    """Places for working requests; slow clients hold a thread but no place.

    Who is let in is answered within the wait and the work of those in front, so both are kept small: a
    request that waited for long was mostly given up by its sender, and working on it is lost.
    """

    def __init__(self, places: int, *, queue_seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._queue_seconds = queue_seconds

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Take a place for the block, or raise Overloaded when none comes free in time.

        A call that comes back to this thread, as when a test wires services together, needs no second one.
        """
        held = _held_here()
        if self._places in held:
            yield
            return
        if not self._places.acquire(timeout=self._queue_seconds):
            raise Overloaded
        held.append(self._places)
        try:
            yield
        finally:
            held.remove(self._places)
            self._places.release()


class Lanes:
    """So many at once on one way to a peer; nobody waits for a lane, and that all are taken can be seen."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._lock = threading.Lock()

    @property
    def are_taken(self) -> bool:
        """As of this moment; whoever is let in must still take one."""
        return self._free < 1

    def take(self) -> bool:
        """False when none is free."""
        with self._lock:
            if self._free < 1:
                return False
            self._free -= 1
            return True

    def give_back(self) -> None:
        """After a take that was true."""
        with self._lock:
            self._free += 1


@contextlib.contextmanager
def place_given_up() -> Iterator[None]:
    """Let another request work while this one waits for a peer, which may be this very process."""
    held = list(_held_here())
    for places in held:
        places.release()
    try:
        yield
    finally:
        for places in held:
            places.acquire()


def _held_here() -> list[threading.BoundedSemaphore]:
    if not hasattr(_here, "held"):
        _here.held = []
    held: list[threading.BoundedSemaphore] = _here.held
    return held
