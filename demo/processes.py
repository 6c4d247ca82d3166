"""Starts the four services as children, waits until they are ready, and ends them together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from demo.town import SERVICES, Town
from demo.trouble import Trouble
from demo.web_client import is_ready

_OTHERWISE = "Put a copy of its file in var/ back, or run 'make reset' to begin with an empty folder."
START_LIMIT_S = 60.0
STOP_LIMIT_S = 8.0


def refuse_taken_ports(town: Town) -> None:
    """Before anything is started: is this our address, and which port does another program hold?"""
    _require_own_address(town)
    for service in SERVICES:
        port = town.port(service.name)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((town.bind_host, port))
            except OSError:
                raise Trouble(
                    f"Port {port}, which the {service.name} needs, is taken by another program. "
                    f"Stop that program, or choose four other ports: {_how_to_move(town)}"
                ) from None


def _require_own_address(town: Town) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((town.host, 0))
        except OSError:
            raise Trouble(
                f"{town.host} is not an address of this machine now. LAN=1 finds the one that is; "
                "keys and cards name the address, so after a move run 'make reset' first."
            ) from None


def _how_to_move(town: Town) -> str:
    other = town.base_port + 1000
    first = "" if town.remembered() is None else "make reset (keys and cards name the ports), then "
    return f"{first}make demo BASE_PORT={other}"


def prepare_folders(town: Town) -> None:
    """Make the folders for state, or say that this may not be written."""
    try:
        for folder in (town.var, town.logs, town.var / "secrets"):
            folder.mkdir(parents=True, exist_ok=True)
        probe = town.var / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as failed:
        raise Trouble(
            f"Cannot write in {town.var} ({failed.strerror}). "
            "Give yourself the right to write there, or run from a folder of your own."
        ) from None


def run_once(town: Town, environment: Mapping[str, str], *commands: str) -> None:
    """Run one administrative command of every service side by side; name the first that fails."""
    for command in commands:
        started = {
            service.name: subprocess.Popen(  # noqa: S603 - our own modules, no shell
                [sys.executable, "-m", service.package, command],
                env=environment_of(town, service.name, environment),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for service in SERVICES
            if command != "seed" or service.name == "issuer"
        }
        for name, process in started.items():
            output, _ = process.communicate(timeout=START_LIMIT_S)
            if process.returncode != 0:
                raise Trouble(f"The {name} could not {command}: {_why(command, output)}")


def environment_of(town: Town, name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What one service is told in this town; settings of an earlier shell are no part of it."""
    inner = {
        key: value
        for key, value in environment.items()
        if not key.startswith(tuple(f"{service.name.upper()}_" for service in SERVICES))
    }
    package = "demo" if name == "hub" else name
    return inner | town.environment(name) | {"PYTHONUNBUFFERED": "1", "EENMALIG_PACKAGE": package}


def _why(command: str, output: str) -> str:
    why = _last_line(output)
    return why if command != "migrate" else f"{why.rstrip('.')}. {_OTHERWISE}"


def _last_line(output: str) -> str:
    lines = [line for line in output.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it ended without a word"


@dataclass(slots=True)
class Children:
    """The running services."""

    town: Town
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start each service with its own log."""
        for service in SERVICES:
            with (self.town.logs / f"{service.name}.log").open("ab") as log:
                self.running[service.name] = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                    [sys.executable, "-m", service.package, "serve"],
                    env=environment_of(self.town, service.name, environment),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )

    def wait_until_ready(self) -> None:
        """Return when every /readyz says 200; name the service that ended or stayed silent."""
        limit = time.monotonic() + START_LIMIT_S
        waiting = dict(self.running)
        while waiting:
            for name, process in list(waiting.items()):
                if process.poll() is not None:
                    raise Trouble(f"The {name} ended while starting: {self._log_tail(name)}")
                if is_ready(self.town.port(name), root=self.town.root):
                    del waiting[name]
            if time.monotonic() > limit:
                names = ", ".join(waiting)
                raise Trouble(
                    f"Not ready after {START_LIMIT_S:.0f} seconds: {names}. Look in {self.town.logs}."
                )
            time.sleep(0.05)

    def _log_tail(self, name: str) -> str:
        log = self.town.logs / f"{name}.log"
        return _last_line(log.read_text(encoding="utf-8", errors="replace")) + f" (see {log})"

    def watch(self, stopping: Callable[[], bool]) -> str | None:
        """Sleep until somebody asks to stop, or until a service ends by itself: then its name."""
        while not stopping():
            for name, process in self.running.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.2)
        return None

    def stop(self) -> None:
        """End every service: first asked, after a while forced."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        limit = time.monotonic() + STOP_LIMIT_S
        for process in self.running.values():
            try:
                process.wait(timeout=max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def until_signalled() -> Iterator[Callable[[], bool]]:
    """Give a question 'must I stop?' that Ctrl-C and SIGTERM answer with yes."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_path(town: Town, name: str) -> Path:
    """Where a service writes its log."""
    return town.logs / f"{name}.log"
