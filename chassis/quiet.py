"""On SQLite nobody can read while a commit is on its way, so who would read waits for its end and no longer.

Without this the library looks again after pauses that grow, and a short look takes many times its time.
"""

import contextlib
import threading
from collections.abc import Iterator

READ_SECONDS = 5.0
COMMIT_SECONDS = 0.1
"""How long each waits for the other; afterwards the file's own locks decide, as between processes."""


class Quiet:
    """Many read, or one commits: within this process, as a courtesy and not as the lock itself."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._committing = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Begin between two commits."""
        with self._changed:
            self._changed.wait_for(lambda: not self._committing, READ_SECONDS)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def committing(self) -> Iterator[None]:
        """Let those who read now finish, and nobody begin."""
        with self._changed:
            self._committing = True
            self._changed.wait_for(lambda: not self._readers, COMMIT_SECONDS)
        try:
            yield
        finally:
            with self._changed:
                self._committing = False
                self._changed.notify_all()
