"""Who writes: one thread of a process at a time on SQLite, and no thread inside its own transaction."""

import contextlib
import threading
from collections.abc import Iterator

from sqlalchemy.exc import TimeoutError as WaitedTooLong


class Writing:
    """A turn to write.

    SQLite lets one connection write and makes the others look again with growing pauses; waiting here costs
    no pause and no connection. A thread that already writes gets a RuntimeError: it would wait for itself.
    """

    def __init__(self, *, alone: bool, patience: float) -> None:
        self._turn = threading.Lock() if alone else None
        self._patience = patience
        self._here = threading.local()

    def require_outside(self) -> None:
        """Refuse a thread that is inside a transaction or a work of this database."""
        if getattr(self._here, "writes", False):
            raise RuntimeError("a transaction was asked for inside a transaction of the same database")

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn for the block; TimeoutError of SQLAlchemy when it does not come."""
        self.require_outside()
        if self._turn is not None and not self._turn.acquire(timeout=self._patience):
            raise WaitedTooLong("the database has been busy for too long")
        self._here.writes = True
        try:
            yield
        finally:
            self._here.writes = False
            if self._turn is not None:
                self._turn.release()
