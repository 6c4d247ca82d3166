"""Other parties that behave, or that are slow, silent, gone or cut off in the middle of an answer."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE
from soak.world import World

MANNERS = ("well", "slow", "silent", "cut")


class _Quiet(ThreadingHTTPServer):
    """Callers die in these trials; that is no news."""

    request_queue_size = 200

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


class Issuer:
    """Serves the status lists of the town, in the manner that is set."""

    def __init__(self, world: World) -> None:
        self.manner = "well"
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """A status list token, or a part of one."""
                issuer.asked += 1
                token = world.status_token(self.path.split("/")[1]).encode()
                if issuer.manner == "silent":
                    time.sleep(15)
                self.send_response(200)
                self.send_header("Content-Type", STATUS_LIST_MEDIA_TYPE)
                self.send_header("Content-Length", str(len(token)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self._write(token)

            def _write(self, token: bytes) -> None:
                if issuer.manner == "cut":
                    self.wfile.write(token[: len(token) // 2])
                    self.close_connection = True
                    return
                step = 8 if issuer.manner == "slow" else len(token)
                for start in range(0, len(token), step):
                    self.wfile.write(token[start : start + step])
                    if issuer.manner == "slow":
                        time.sleep(1)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", int(world.issuer.rpartition(":")[2])), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> "Issuer":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class Receiver:
    """Whoever is told by the outbox: counts each key."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.keys: dict[str, int] = {}
        self._server: _Quiet | None = None

    @property
    def url(self) -> str:
        """Where notices go."""
        return f"http://localhost:{self.port}/notices"

    def open(self) -> None:
        """From now on somebody answers."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """One notice."""

            def do_POST(self) -> None:
                """Taken."""
                self.rfile.read(int(self.headers["Content-Length"]))
                key = self.headers["Idempotency-Key"]
                receiver.keys[key] = receiver.keys.get(key, 0) + 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Nobody answers any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class Gate:
    """Stands before another port: passes on what it gets, and gives the answer back in its manner."""

    def __init__(self, port: int, behind: int) -> None:
        self.manner = "well"
        self._behind = behind
        self._socket = socket.create_server(("127.0.0.1", port), backlog=200)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> "Gate":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self._socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                threading.Thread(target=self._pass_on, args=(caller,), daemon=True).start()

    def _pass_on(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError), caller:
            if self.manner == "silent":
                time.sleep(15)
                return
            with socket.create_connection(("127.0.0.1", self._behind), 20) as other:
                threading.Thread(target=_copy, args=(caller, other), daemon=True).start()
                self._give_back(other, caller)

    def _give_back(self, other: socket.socket, caller: socket.socket) -> None:
        while part := other.recv(65536):
            if self.manner == "cut":
                caller.sendall(part[: len(part) // 2])
                return
            if self.manner == "slow":
                for byte in part:
                    caller.sendall(bytes((byte,)))
                    time.sleep(0.5)
            caller.sendall(part)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
