"""The trial of overload: its callers keep their moments, and it tells a kept promise from a broken one."""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from soak.arrivals import Arrivals, Heard
from soak.citizen import Call
from soak.rows.overload import judge
from soak.stage import Tally

LATE = threading.Event()


class _Answers(BaseHTTPRequestHandler):
    """The path says which answer."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        status = int(self.path[1:4])
        if self.path.endswith("late"):
            LATE.wait(5)
        self.send_response(status)
        if self.path.endswith("later"):
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def call(port: int, *paths: str, rate: float = 500) -> list[tuple[str, int, bool]]:
    waiting, heard = deque(paths), list[tuple[str, int, bool]]()

    def next_call() -> Call | None:
        return Call("POST", waiting.popleft()) if waiting else None

    def hear(call: Call, said: Heard) -> None:
        heard.append((call.path, said.status, said.comes_back))
        LATE.set()

    arrivals = Arrivals(f"http://localhost:{port}", port, next_call=next_call, hear=hear)
    arrive(arrivals, rate, seconds=len(paths) / rate)
    return heard


def arrive(arrivals: Arrivals, rate: float, *, seconds: float) -> None:
    """In a thread of its own: browser tests leave an event loop running in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(arrivals.at_rate, rate, seconds=seconds).result()


def test_each_answer_is_heard_with_what_it_says_about_coming_back(port: int) -> None:
    heard = call(port, "/200", "/503-later", "/503")

    assert sorted(heard) == [("/200", 200, True), ("/503", 503, False), ("/503-later", 503, True)]


def test_a_call_does_not_wait_for_the_one_before(port: int) -> None:
    LATE.clear()

    assert [path for path, *_ in call(port, "/200-late", "/200")] == ["/200", "/200-late"]


def test_where_nobody_listens_there_is_no_answer(port: int) -> None:
    heard: list[Heard] = []
    calls = deque([Call("POST", "/200")])
    arrivals = Arrivals(
        "http://localhost", 1, next_call=lambda: calls.popleft(), hear=lambda _, said: heard.append(said)
    )

    arrive(arrivals, 1, seconds=1)

    assert [said.status for said in heard] == [0]


def verdict(*heard: Heard) -> list[str]:
    tally = Tally("overload")
    judge(tally, list(heard), 10, 10, strictly=True)
    found: list[str] = tally.figures.get("what", [])
    return [what.split(" ")[0] for what in found]


SERVED, TURNED_AWAY = Heard(200, 0.2), Heard(503, 0.1)


@pytest.mark.parametrize(
    ("heard", "faults"),
    [
        ([SERVED] * 80 + [TURNED_AWAY] * 220, []),
        ([SERVED] * 79 + [TURNED_AWAY] * 221, ["goodput"]),
        ([SERVED] * 78 + [Heard(200, 1.2)] * 2, ["p99"]),
        ([SERVED] * 80 + [Heard(0, 0.1)], ["1"]),
        ([SERVED] * 80 + [Heard(500, 0.1)], ["1"]),
        ([SERVED] * 80 + [Heard(503, 0.1, comes_back=False)], ["1"]),
        ([SERVED] * 80 + [Heard(503, 1.5)] * 20, ["p99"]),
    ],
)
def test_the_trial_sees_what_was_not_kept(heard: list[Heard], faults: list[str]) -> None:
    assert verdict(*heard) == faults
