"""The verifier as a worker of a trial; as a program, a mother process whose servers start at once."""

import contextlib
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from chassis.clock import Clock, system_clock
from chassis.config import load_config
from chassis.serve import new_server
from verifier.app import create_app
from verifier.background import start_deliveries
from verifier.config import Config


def shifted_clock(path: str) -> Clock | None:
    """The real clock, moved by the seconds that a file names; none without a file."""
    if not path:
        return None
    file = Path(path)
    return lambda: system_clock() + timedelta(seconds=float(file.read_text() or "0"))


def bear(port: str, workers: str) -> int:
    """Fork one server; it leads a process group of its own, so that all of it can be killed together."""
    child = os.fork()
    if child:
        return child
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(VERIFIER_BIND_PORT=port, VERIFIER_WORKERS=workers)
    os.environ.setdefault("VERIFIER_ROUTES", f"{os.environ['VERIFIER_PUBLIC_URL']}=http://127.0.0.1:{port}")
    new_server("soak.wsgi:app", load_config(Config, os.environ, prefix="VERIFIER")).serve()
    os._exit(0)


def mother() -> None:
    """Each line `PORT WORKERS` asks for one server, and is answered with its process id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    born = []
    for line in sys.stdin:
        port, workers = line.split()
        born.append(bear(port, workers))
        sys.stdout.write(f"{born[-1]}\n")
        sys.stdout.flush()
    for child in born:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1] == str(os.getpid()):
                os.killpg(child, signal.SIGKILL)


if __name__ == "__main__":
    mother()
else:
    app = create_app(
        load_config(Config, os.environ, prefix="VERIFIER"),
        clock=shifted_clock(os.environ.get("SOAK_CLOCK", "")),
    )
    start_deliveries(app)
