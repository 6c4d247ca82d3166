"""Server processes of one trial: started within a blink, found by port, killed without a word."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from soak.caller import Caller, Cut
from soak.citizen import Call
from soak.world import World

READY_SECONDS = 60


class Crew:
    """Servers over one database, each at its own port and each answering to the town's one name."""

    def __init__(
        self, world: World, database_url: str, *, clock: Path | None = None, **settings: str
    ) -> None:
        self.world = world
        told = {
            "VERIFIER_" + name.upper(): _text(value) for name, value in world.settings(database_url).items()
        }
        told |= {"VERIFIER_" + name.upper(): value for name, value in settings.items()}
        environ = {**os.environ, **told, "SOAK_CLOCK": str(clock or "")}
        self._log = (world.folder / "servers.log").open("ab")
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "soak.wsgi"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environ,
            text=True,
        )
        self._lock = threading.Lock()
        self.servers: dict[int, int] = {}

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        for port in list(self.servers):
            self.kill(port)
        if self._mother.stdin:
            self._mother.stdin.close()
        self._mother.wait(10)
        self._log.close()

    @property
    def ports(self) -> tuple[int, ...]:
        """Where a server was started."""
        return tuple(self.servers)

    def start(self, port: int, *, workers: int = 1) -> None:
        """Ask the mother for one more; it listens a moment later."""
        if self._mother.stdin is None or self._mother.stdout is None:
            raise RuntimeError("the mother process has no pipes")
        with self._lock:
            self._mother.stdin.write(f"{port} {workers}\n")
            self._mother.stdin.flush()
            self.servers[port] = int(self._mother.stdout.readline())

    def kill(self, port: int) -> None:
        """SIGKILL for the server and its workers at once, the way a crash or an OOM killer does it."""
        group = self.servers.pop(port)
        for _ in range(200):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
                return
            if not Path(f"/proc/{group}").exists():
                return
            time.sleep(0.005)

    def wait(self, port: int) -> None:
        """Until it answers; raises TimeoutError when it never does."""
        caller = Caller(self.world.own, (port,))
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(Cut):
                if caller.send(Call("GET", "/healthz")).status == 200:
                    return
            time.sleep(0.02)
        raise TimeoutError(f"no server at port {port}; see {self.world.folder}/servers.log")


def free_port() -> int:
    """A port that nobody holds now; below the range from which the system takes ports for callers."""
    while True:
        port = 21000 + secrets.randbelow(9000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)
