"""A time limit for a whole call: a peer that sends one byte a second is cut off too."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any


class Deadline:
    """Shuts the sockets it watches when the time is up; used as a context manager around one call."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._watched:
                watched.close()
            self._watched.clear()

    def watch(self, connected: socket.socket) -> None:
        """Keep a second handle on the socket, since TLS takes the first one over."""
        with self._lock:
            self._watched.append(connected.dup())
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            for watched in self._watched:
                with contextlib.suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)


def hurried(connection_class: type[Any], deadline: Deadline) -> type[Any]:
    """Return a connection class whose sockets the deadline watches from the first moment."""

    class Hurried(connection_class):  # type: ignore[misc]  # the base is chosen by the pool
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            deadline.watch(connected)
            return connected

    return Hurried
