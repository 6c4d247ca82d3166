"""Hostile requests over raw sockets: what granian lets through, and what the guard does then."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Served:
    """A server process on a port of its own."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def host(self) -> bytes:
        return b"Host: localhost:%d\r\n" % self.port

    def send(self, raw: bytes, *, wait: float = 5.0) -> bytes:
        """Send bytes and return all that comes back until the server closes or the first answer is whole."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as sock:
            sock.sendall(raw)
            return _answer(sock)

    def status(self, raw: bytes) -> int:
        """Return the status of the first answer; 0 when the connection was closed without one."""
        answer = self.send(raw)
        return int(answer.split(b" ")[1]) if answer else 0


def _answer(sock: socket.socket) -> bytes:
    got = b""
    while True:
        try:
            part = sock.recv(65536)
        except OSError:
            return got
        got += part
        head, _, body = got.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not part or (lengths and len(body) >= int(lengths[0].split(b":")[1])):
            return got


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    server = start(tmp_path_factory.mktemp("served"))
    yield server
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=15)


def start(folder: Path) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"SERVED_FOLDER": str(folder), "SERVED_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "tests.chassis.served"], env=environment)
    server = Served(port, process)
    for _ in range(300):
        try:
            if server.status(b"GET /healthz HTTP/1.1\r\n" + server.host + b"\r\n") == 200:
                return server
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError("the server does not start")


def get(path: bytes, headers: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + headers + b"\r\n"


def post(headers: bytes, body: bytes, path: bytes = b"/protocol/form") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\n" + headers + b"\r\n" + body


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def test_an_honest_request_gets_its_answer(served: Served) -> None:
    assert served.status(get(b"/page", served.host)) == 200
    assert served.send(post(served.host + FORM + b"Content-Length: 3\r\n", b"a=1")).endswith(b'{"a":"1"}\n')


@pytest.mark.threat("333")
@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (b"", 400),
        (b"Host: \r\n", 400),
        (b"Host: evil.example\r\n", 421),
        (b"Host: localhost\r\n", 421),
        (b"Host: evil.example\r\nHost: localhost\r\n", 400),
    ],
)
def test_a_missing_doubled_or_foreign_host_is_refused(served: Served, hosts: bytes, expected: int) -> None:
    assert served.status(get(b"/page", hosts)) == expected


@pytest.mark.threat("333")
def test_the_right_host_twice_is_refused_too(served: Served) -> None:
    assert served.status(get(b"/page", served.host * 2)) == 400


@pytest.mark.threat("324")
@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 3, 3\r\n",
        b"Content-Length: -3\r\n",
        b"Content-Length: 0x3\r\n",
        b"Content-Length : 3\r\n",
        b"X-Folded: a\r\n b\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"X-Nul: a\x00b\r\n",
    ],
)
def test_an_ambiguous_head_is_refused(served: Served, headers: bytes) -> None:
    assert (
        served.status(post(served.host + JSON + headers, b"3\r\n{} \r\n0\r\n\r\n", b"/protocol/json")) == 400
    )


@pytest.mark.threat("324")
def test_with_both_lengths_chunks_count_and_the_connection_ends(served: Served) -> None:
    """Granian drops the length before we see it, and closes: nothing can hide behind (RFC 9112, 6.3)."""
    hidden = get(b"/page", served.host)
    headers = served.host + JSON + b"Content-Length: 5\r\n" + CHUNKED

    answer = served.send(post(headers, b"2\r\n{}\r\n0\r\n\r\n" + hidden, b"/protocol/json"))

    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()


@pytest.mark.threat("324")
def test_a_chunked_form_must_say_its_length(served: Served) -> None:
    assert served.status(post(served.host + FORM + CHUNKED, b"3\r\na=1\r\n0\r\n\r\n")) == 411


@pytest.mark.threat("324")
def test_a_chunked_json_body_arrives_whole(served: Served) -> None:
    body = b"2;ext=1\r\n{ \r\n1\r\n}\r\n0\r\n\r\n"

    assert b'{"length":3}' in served.send(post(served.host + JSON + CHUNKED, body, b"/protocol/json"))


@pytest.mark.threat("324")
def test_a_head_with_bare_line_feeds_is_one_request(served: Served) -> None:
    """Granian takes it (RFC 9112, 2.2 allows that); it is one request, and its Host is still judged."""
    host = served.host.replace(b"\r\n", b"\n")

    assert served.send(b"GET /page HTTP/1.1\n" + host + b"\n").count(b"HTTP/1.1 200") == 1
    assert served.status(b"GET /page HTTP/1.1\nHost: evil.example\n\n") == 421


@pytest.mark.threat("321")
def test_a_body_over_the_limit_is_413_whether_announced_or_not(served: Served) -> None:
    announced = served.host + JSON + b"Content-Length: 70000\r\n"
    chunks = (b"1000\r\n" + b" " * 4096 + b"\r\n") * 17 + b"0\r\n\r\n"

    assert served.status(post(announced, b" " * 70000, b"/protocol/count")) == 413
    assert served.status(post(served.host + JSON + CHUNKED, chunks, b"/protocol/count")) == 413


@pytest.mark.threat("321")
def test_a_body_of_exactly_the_limit_arrives_whole(served: Served) -> None:
    chunks = (b"1000\r\n" + b" " * 4096 + b"\r\n") * 16 + b"0\r\n\r\n"

    assert served.send(post(served.host + JSON + CHUNKED, chunks, b"/protocol/count")).endswith(
        b"\r\n\r\n65536"
    )


@pytest.mark.threat("337")
def test_a_compressed_body_is_refused(served: Served) -> None:
    headers = served.host + JSON + b"Content-Length: 2\r\nContent-Encoding: gzip\r\n"

    assert served.status(post(headers, b"{}", b"/protocol/json")) == 415


@pytest.mark.threat("337")
def test_many_ranges_are_refused(served: Served) -> None:
    ranges = b"Range: bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(1000)) + b"\r\n"

    assert served.status(get(b"/static/ui/app.css", served.host + ranges)) == 416


@pytest.mark.threat("323")
@pytest.mark.parametrize(
    ("request_line", "headers", "expected"),
    [
        (b"/page", b"X-Long: " + b"a" * 70_000 + b"\r\n", {431}),
        (b"/page", b"".join(b"X-%d: a\r\n" % n for n in range(1000)), {431}),
        (b"/" + b"a" * 20_000, b"", {414}),
        (b"/" + b"a" * 65_536, b"", {414}),
    ],
)
def test_an_oversized_head_is_refused(
    served: Served, request_line: bytes, headers: bytes, expected: set[int]
) -> None:
    assert served.status(get(request_line, served.host + headers)) in expected


@pytest.mark.threat("330")
@pytest.mark.parametrize(
    "path",
    [
        b"/../etc/passwd",
        b"/static/ui/%2e%2e/%2e%2e/config.py",
        b"/static/ui/..%2f..%2fconfig.py",
        b"/static/ui/..;/config.py",
        b"//page",
        b"/page%00",
        b"/static/ui/app.css%00",
        b"/static\\ui",
        b"/static/ui/%5c..%5cconfig.py",
        b"/%f0%82%82%ac",
        b"/%ff",
        b"/page%0d%0aX-A:b",
    ],
)
def test_an_odd_path_is_not_found(served: Served, path: bytes) -> None:
    assert served.status(get(path, served.host)) in (400, 404)


@pytest.mark.threat("331")
def test_trace_echoes_nothing(served: Served) -> None:
    assert served.status(b"TRACE /page HTTP/1.1\r\n" + served.host + b"\r\n") == 405


def test_http2_without_tls_and_old_http_are_refused(served: Served) -> None:
    assert served.status(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") in (0, 400)
    assert served.status(b"GET /page HTTP/1.0\r\n\r\n") == 400


@pytest.mark.threat("322")
def test_two_hundred_half_open_bodies_and_heads_delay_nobody(served: Served) -> None:
    """Two requests may work at once here; a slow client holds a thread and no place to work."""
    half = [post(served.host + FORM + b"Content-Length: 99\r\n", b"a=1"), b"GET /page HTTP/1.1\r\nHost: lo"]
    open_ones = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(200)]
    for number, sock in enumerate(open_ones):
        sock.sendall(half[number % 2])

    before = time.monotonic()
    status = served.status(get(b"/page", served.host))
    took = time.monotonic() - before

    for sock in open_ones:
        sock.close()
    assert status == 200
    assert took < 10


@pytest.mark.threat("369")
def test_a_request_under_way_at_sigterm_is_finished(tmp_path: Path) -> None:
    server = start(tmp_path)
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(server.send(get(b"/slow", server.host))))
    asking.start()
    time.sleep(0.5)

    server.process.send_signal(signal.SIGTERM)
    asking.join()

    assert answers[0].startswith(b"HTTP/1.1 200")
    assert server.process.wait(timeout=15) == 0
