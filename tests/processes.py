"""Real processes of the demonstration, for tests that need them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_base_port() -> int:
    """The first of four consecutive ports that nobody holds; each test process begins to look elsewhere.

    Services take their ports only seconds later, and two that share one answer each other's callers.
    """
    for step in range(800):
        base = 21000 + (os.getpid() + step) % 800 * 10
        held = []
        try:
            for port in range(base, base + 4):
                probe = socket.socket()
                held.append(probe)
                probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        finally:
            for probe in held:
                probe.close()
        return base
    raise AssertionError("no four free ports on this machine")


def demo(var: Path, base_port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo", "--var", str(var), "--base-port", str(base_port), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@contextmanager
def running_demo(var: Path, *, tls: bool = False) -> Iterator[tuple[Path, int]]:
    """Four real processes, stopped at the end."""
    base_port = free_base_port()
    started = demo(var, base_port, *(["--tls"] if tls else []), "start", "--detach")
    assert started.returncode == 0, started.stderr
    try:
        yield var, base_port
    finally:
        stopped = demo(var, base_port, "stop")
    assert stopped.returncode == 0, stopped.stderr
