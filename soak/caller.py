"""A client that keeps its connections, counts nothing as done without an answer, and can insist."""

import http.client
import secrets
import threading
import time
from collections.abc import Sequence
from typing import Any

from soak.citizen import Call, Said

BUSY = (502, 503)


class Cut(Exception):
    """No whole answer came; whether the request was done is not known."""


class Caller:
    """Calls one name at several ports, in turn, from many threads."""

    def __init__(self, own: str, ports: Sequence[int], *, timeout: float = 30) -> None:
        self._host = own.partition("//")[2]
        self.ports = ports
        self._timeout = timeout
        self._mine = threading.local()

    def send(self, call: Call) -> Said:
        """One try at one port; raises Cut."""
        if not self.ports:
            raise Cut("nobody is there")
        return self._send(call, self.ports[secrets.randbelow(len(self.ports))])

    def insist(self, call: Call, *, seconds: float = 60) -> Said:
        """Send it again until there is an answer other than "not now"; the last one when time is over."""
        until = time.monotonic() + seconds
        while True:
            said: Said | None = None
            try:
                said = self.send(call)
                if said.status not in BUSY:
                    return said
                wait = min(float(said.retry_after or 1), 1) * (0.2 + secrets.randbelow(80) / 100)
            except Cut:
                wait = 0.02 + secrets.randbelow(80) / 1000
            if time.monotonic() > until:
                if said is None:
                    raise Cut("nobody answered in time")
                return said
            time.sleep(wait)

    def _send(self, call: Call, port: int) -> Said:
        kept: dict[Any, http.client.HTTPConnection] = self._mine.__dict__
        connection = kept.pop(port, None) or http.client.HTTPConnection(
            "127.0.0.1", port, timeout=self._timeout
        )
        try:
            connection.request(
                call.method, call.path, call.body or None, {**call.headers, "Host": self._host}
            )
            answer = connection.getresponse()
            said = Said(answer.status, dict(answer.headers), answer.read())
        except (OSError, http.client.HTTPException) as broken:
            connection.close()
            raise Cut(repr(broken)) from broken
        kept[port] = connection
        return said
