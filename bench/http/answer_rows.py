"""Rows `http_answer_*`: encrypted answer, full verification, durable row; beside no row and plain ORM."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.http.answer_place import SERVE, AnswerPlace, Build, answer_place
from bench.http.answers import prepare, store_open
from bench.http.wrk import Load, burst, find_wrk, pinned
from bench.report import Row
from chassis.migrations import migrate
from soak.postgres import NoPostgres, Postgres
from verifier.app import STORE

SECONDS, ROUNDS = 2, 5
MOST_PER_SECOND = 1500
"""Answers are made for so many; whoever takes more in raises it, since each is good for once."""
MEMORY = "http_answer_memory"
SQLITE, POSTGRES = "http_answer_sqlite", "http_answer_postgres"
OF_MEMORY, OF_ORM, TAIL_AT_MOST = 0.5, 2.0, 3.0
START_SECONDS = 30


def answer_rows(notes: list[str]) -> list[Row]:
    """Interleaved bursts against all builds; NoWrk when there is nothing to make them with."""
    find_wrk()
    server_core, load_core = _cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="eenmalig-bench-")))
        place = stack.enter_context(answer_place(folder))
        builds = [place.sqlite(MEMORY, "memory"), *_both(place)]
        try:
            builds += _on_postgres(stack.enter_context(_postgres(folder / "postgres", load_core)))
        except NoPostgres as absent:
            notes.append(f"{POSTGRES} left out: {absent}")
        loads = _measured(place, builds, stack, cores=(server_core, load_core))
    return rows_of(loads)


def rows_of(loads: Mapping[str, Sequence[Load]]) -> list[Row]:
    """A row for each build; the product's own are held to the limits."""
    return [_row(name, loads) for name in loads]


def _row(name: str, loads: Mapping[str, Sequence[Load]]) -> Row:
    mine = loads[name]
    time_us, share = median(1e6 / one.per_second for one in mine), _times(mine, loads[MEMORY])
    tail, refused = median(one.p99_us / one.p50_us for one in mine), sum(one.refused for one in mine)
    said = f"{1e6 / time_us:,.0f}/s, p99/p50 {tail:.1f}, {refused} refused"
    if f"{name}/orm" not in loads:
        return Row(name, time_us, share, "", None, said)
    orm = _times(mine, loads[f"{name}/orm"])
    met = share >= OF_MEMORY and orm >= OF_ORM and tail <= TAIL_AT_MOST and not refused
    return Row(
        name, time_us, share, f">= {OF_MEMORY} x memory", met, f"{said}; {orm:.2f} x ORM (>= {OF_ORM:g})"
    )


def _times(mine: Sequence[Load], theirs: Sequence[Load]) -> float:
    """The median of the rounds' own ratios."""
    return median(one.per_second / other.per_second for one, other in zip(mine, theirs, strict=True))


def _both(place: AnswerPlace) -> list[Build]:
    return [place.sqlite(SQLITE, "product"), place.sqlite(f"{SQLITE}/orm", "orm")]


def _on_postgres(server: Postgres) -> list[Build]:
    builds = [
        Build(POSTGRES, "product", server.new()),
        Build(f"{POSTGRES}/orm", "orm", server.new()),
    ]
    for build in builds:
        migrate(build.database_url, STORE)
    return builds


@contextmanager
def _postgres(folder: Path, core: int | None) -> Iterator[Postgres]:
    """A server with fsync on, kept on the core of the load."""
    before = os.sched_getaffinity(0)
    try:
        if core is not None:
            os.sched_setaffinity(0, {core})
        server = Postgres(folder)
    finally:
        os.sched_setaffinity(0, before)
    with server:
        yield server


def _measured(
    place: AnswerPlace, builds: Sequence[Build], stack: ExitStack, *, cores: tuple[int | None, int | None]
) -> dict[str, list[Load]]:
    warm = prepare(place, count=MOST_PER_SECOND)
    rounds = [prepare(place, count=MOST_PER_SECOND * SECONDS) for _ in range(ROUNDS)]
    scripts = [one.script(place.folder, f"round-{number}") for number, one in enumerate(rounds)]
    for build in builds:
        store_open(place, build, [one for made in (warm, *rounds) for one in made.requests])
    for build in builds:
        stack.enter_context(_served(place, build, core=cores[0]))
        burst(
            f"{build.url}/oid4vp/response", seconds=1, core=cores[1], script=warm.script(place.folder, "warm")
        )
    loads: dict[str, list[Load]] = {build.name: [] for build in builds}
    for script in scripts:
        for build in builds:
            address = f"{build.url}/oid4vp/response"
            loads[build.name].append(burst(address, seconds=SECONDS, core=cores[1], script=script))
    return loads


@contextmanager
def _served(place: AnswerPlace, build: Build, *, core: int | None) -> Iterator[None]:
    """One worker process on one core, until the block ends."""
    process = subprocess.Popen(  # noqa: S603 - our own server
        [*pinned(core), sys.executable, "-c", SERVE], env={**os.environ, **place.environ(build)}
    )
    try:
        _wait_until_ready(f"{build.url}/readyz", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(START_SECONDS * 20):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it was ready")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not become ready")


def _cores() -> tuple[int | None, int | None]:
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)
