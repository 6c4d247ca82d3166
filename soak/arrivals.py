"""Calls at fixed moments, whether or not the earlier ones were answered, from one cheap thread.

A caller of its own thread for each call would take the processor from the workers that are to be measured;
here a call costs about a tenth of a millisecond, and the caller says what it took.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from soak.citizen import Call, Said

PATIENCE = 30
REST_SECONDS = 2
LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Heard:
    """One call: what was answered how many seconds after it was due; status 0 when no whole answer came."""

    status: int
    seconds: float
    body: bytes = b""
    comes_back: bool = True


Next = Callable[[], Call | None]
Hear = Callable[[Call, Heard], None]


class Arrivals:
    """Calls to one port over kept connections; `hear` is told each answer as it comes."""

    def __init__(self, own: str, port: int, *, next_call: Next, hear: Hear) -> None:
        self._host = own.partition("//")[2]
        self._port = port
        self._next = next_call
        self._hear = hear
        self._idle: deque[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    def in_turn(self, callers: int, *, seconds: float) -> float:
        """Each caller waits for its answer before its next call; returns the seconds it took."""

        async def work(until: float) -> None:
            while time.monotonic() < until and (call := self._next()) is not None:
                heard = await self._call(call, time.monotonic())
                if heard.status != 200:
                    await asyncio.sleep(0.05)

        async def all_of_them() -> float:
            started = time.monotonic()
            await asyncio.gather(*(work(started + seconds) for _ in range(callers)))
            self._close()
            return time.monotonic() - started

        return asyncio.run(all_of_them())

    def at_rate(self, rate: float, *, seconds: float) -> float:
        """One call every 1/rate seconds while there is one; returns the seconds until the last answer."""

        async def send() -> float:
            start, waiting = time.monotonic(), set[asyncio.Task[Heard]]()
            for number in range(int(rate * seconds)):
                due = start + number / rate
                await asyncio.sleep(max(0, due - time.monotonic()))
                if (call := self._next()) is None:
                    break
                waiting.add(task := asyncio.create_task(self._call(call, due)))
                task.add_done_callback(waiting.discard)
            await asyncio.gather(*waiting)
            self._close()
            return time.monotonic() - start

        return asyncio.run(send())

    async def _call(self, call: Call, due: float) -> Heard:
        try:
            said = await asyncio.wait_for(self._send(call), PATIENCE)
            comes_back = said.status != 503 or said.retry_after.isdigit()
            heard = Heard(said.status, time.monotonic() - due, said.body, comes_back)
        except (OSError, ValueError, LookupError, asyncio.IncompleteReadError, TimeoutError):
            heard = Heard(0, time.monotonic() - due)
        self._hear(call, heard)
        return heard

    async def _send(self, call: Call) -> Said:
        reader, writer = self._kept() or await self._connect()
        try:
            writer.write(self._bytes_of(call))
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers = _read_head(head)
            body = await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            writer.close()
            raise
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((time.monotonic(), reader, writer))
        return Said(status, headers, body)

    def _kept(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The connection that rested shortest; the server ends one after five seconds of rest."""
        if self._idle and time.monotonic() - self._idle[-1][0] < REST_SECONDS:
            _, reader, writer = self._idle.pop()
            return reader, writer
        self._close()
        return None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port, limit=LIMIT)

    def _bytes_of(self, call: Call) -> bytes:
        headers = {"Host": self._host, **call.headers, "Content-Length": str(len(call.body))}
        lines = [
            f"{call.method} {call.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + call.body

    def _close(self) -> None:
        while self._idle:
            with contextlib.suppress(OSError):
                self._idle.pop()[2].close()


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split(" ", 2)[1]), headers
