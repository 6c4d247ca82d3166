"""What a worker costs before its first request: memory and start-up, against its bare imports."""

import os
import subprocess
import sys
from statistics import median

from bench.http.place import Place
from bench.report import Row

BARE = (
    "flask, flask_babel, flask_wtf, sqlalchemy, alembic, pydantic, structlog, segno, joserfc.jwe, "
    "cryptography.x509, cryptography.x509.verification, granian.server"
)
MEASURE = """
import time; start = time.perf_counter()
{work}
print(time.perf_counter() - start, int(open("/proc/self/statm").read().split()[1]) * {page})
"""
AT_MOST = 1.4


def process_rows(place: Place, *, rounds: int) -> list[Row]:
    """Rows `http_start_up` and `http_memory`, each the median of interleaved starts."""
    bare, whole = f"import {BARE}", "import granian.server, issuer.wsgi"
    starts: dict[str, list[tuple[float, float]]] = {bare: [], whole: []}
    for _ in range(rounds):
        for work in starts:
            starts[work].append(_started(work, place))
    time_share, memory_share = (
        median(one[at] for one in starts[whole]) / median(one[at] for one in starts[bare]) for at in (0, 1)
    )
    seconds, size = (median(one[at] for one in starts[whole]) for at in (0, 1))
    return [
        Row("http_start_up", seconds * 1e6, time_share, f"{AT_MOST} x imports", time_share <= AT_MOST),
        Row(
            "http_memory",
            None,
            memory_share,
            f"{AT_MOST} x imports",
            memory_share <= AT_MOST,
            f"{size / 2**20:.0f} MiB",
        ),
    ]


def _started(work: str, place: Place) -> tuple[float, float]:
    code = MEASURE.format(work=work, page=os.sysconf("SC_PAGE_SIZE"))
    environ = {**os.environ, **place.environ}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ
    )
    seconds, size = done.stdout.split()
    return float(seconds), float(size)
