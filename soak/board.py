"""The table of promises: which rows there are, how much each needs, and what was measured."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from soak.rows import faults, growth, kill_http, kill_store, overload, power, race, stops
from soak.stage import STATE, Stage, Tally, open_stage

ZERO = ("lost", "doubled", "half_done", "faults")


@dataclass(frozen=True, slots=True)
class Row:
    """A promise: how it is tried, how often, and which figure says how often it was."""

    name: str
    promise: str
    counts: str
    run: Callable[[Stage, Tally, int], None]
    full: int
    short: int

    def kept(self, tally: Tally, target: int) -> bool:
        """Tried often enough, and nothing of what must be zero is more."""
        return tally[self.counts] >= target and not any(tally[name] for name in ZERO)


def _race(dialect: str) -> Callable[[Stage, Tally, int], None]:
    return partial(race.run, dialect=dialect)


def _kill_http(dialect: str) -> Callable[[Stage, Tally, int], None]:
    return partial(kill_http.run, dialect=dialect)


def _growth(dialect: str) -> Callable[[Stage, Tally, int], None]:
    return partial(growth.run, dialect=dialect)


def _kill_store(dialect: str) -> Callable[[Stage, Tally, int], None]:
    return partial(kill_store.run, dialect=dialect)


ROWS = (
    Row("race-sqlite", "one effect for 50 callers at once", "mandates", _race("sqlite"), 1000, 3),
    Row("race-postgresql", "one effect for 50 callers at once", "mandates", _race("postgresql"), 1000, 3),
    Row("race-serializable", "the same at SERIALIZABLE", "mandates", _race("serializable"), 100, 3),
    Row("kill-http-sqlite", "kill -9 over HTTP", "rounds", _kill_http("sqlite"), 1000, 6),
    Row("kill-http-postgresql", "kill -9 over HTTP", "rounds", _kill_http("postgresql"), 1000, 6),
    Row("kill-store-sqlite", "kill -9 at the store", "rounds", _kill_store("sqlite"), 5000, 20),
    Row("kill-store-postgresql", "kill -9 at the store", "rounds", _kill_store("postgresql"), 3000, 20),
    Row("power-sqlite", "loss of power, SQLite", "states", power.run, 10_000, 100),
    Row("stop-postgresql", "PostgreSQL stopped under load", "cycles", stops.run, 200, 2),
    Row("faults", "disk, database, clock, peers", "scenes", faults.run, len(faults.FAULTS), 4),
    Row("overload", "three times the load", "seconds under load", overload.run, 20, 2),
    Row("growth-sqlite", "cost at 10^6 ≤ 1.5 × at 10^3", "registers", _growth("sqlite"), 1, 1),
    Row("growth-postgresql", "cost at 10^6 ≤ 1.5 × at 10^3", "registers", _growth("postgresql"), 1, 1),
)


def run_all(only: str | None, *, short: bool, again: bool = False, server: str | None = None) -> int:
    """Run the rows and print the table; 0 when every promise was kept, else 1."""
    rows = [row for row in ROWS if only is None or row.name == only or row.name.startswith(f"{only}-")]
    if not rows:
        sys.stderr.write(f"no row {only!r}; there are {', '.join(row.name for row in ROWS)}\n")
        return 2
    lines = [_run(row, short=short, again=again, server=server) for row in rows]
    sys.stdout.write(_table([line for line, _ in lines]))
    return 0 if all(kept for _, kept in lines) else 1


def _run(row: Row, *, short: bool, again: bool, server: str | None) -> tuple[Sequence[str], bool]:
    folder = None if short else STATE
    tally = Tally.kept(row.name, folder)
    if again:
        tally.figures.clear()
    target = row.short if short else row.full
    started = time.monotonic()
    with open_stage(short=short, server=server) as stage:
        row.run(stage, tally, target)
    tally.note(seconds=round(float(tally.figures.get("seconds", 0)) + time.monotonic() - started, 1))
    tally.save()
    kept = row.kept(tally, target)
    figures = ", ".join(f"{name} {value}" for name, value in tally.figures.items() if name != "what")
    for what in tally.figures.get("what", ()):
        sys.stderr.write(f"{row.name}: {what}\n")
    return (row.name, row.promise, figures, "kept" if kept else "BROKEN"), kept


def _table(lines: Sequence[Sequence[str]]) -> str:
    head = ("row", "promise", "measured", "verdict")
    widths = [max(len(line[at]) for line in (head, *lines)) for at in range(len(head))]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in (head, rule, *lines)
    )
