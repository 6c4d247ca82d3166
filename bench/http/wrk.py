"""Load from Debian's wrk, and what it says about requests, latency and refusals."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
_UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}


class NoWrk(Exception):
    """wrk is not installed; the HTTP rows are left out, and the output says so."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one burst gave."""

    requests: int
    per_second: float
    p50_us: float
    p99_us: float
    refused: int


def find_wrk() -> str:
    """The path of wrk, or NoWrk with the command that installs it."""
    found = shutil.which("wrk")
    if found is None:
        raise NoWrk("wrk was not found (Debian: apt-get install wrk)")
    return found


def burst(url: str, *, seconds: int, core: int | None, script: Path | None = None) -> Load:
    """Ask this address for so many seconds over sixteen connections."""
    command = [*pinned(core), find_wrk(), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(script)] if script else []
    done = subprocess.run([*command, url], check=True, capture_output=True, text=True)  # noqa: S603
    return read_output(done.stdout)


def pinned(core: int | None) -> list[str]:
    """The command in front that keeps a program on one core, where there is one to spare."""
    taskset = shutil.which("taskset")
    return [] if taskset is None or core is None else [taskset, "-c", str(core)]


def read_output(text: str) -> Load:
    """wrk's own words, in numbers."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Load(
        requests=int(_found(r"(\d+) requests in", text)),
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        p50_us=_time(_found(r"(?m)^\s+50%\s+(\S+)", text)),
        p99_us=_time(_found(r"(?m)^\s+99%\s+(\S+)", text)),
        refused=int(refused.group(1)) if refused else 0,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"wrk did not say {pattern}: {text}")
    return match.group(1)


def _time(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)([a-z]+)", text)
    if match is None:
        raise ValueError(f"wrk gave no time but {text!r}; was there any answer at all?")
    return float(match.group(1)) * _UNITS[match.group(2)]
