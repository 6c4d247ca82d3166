"""What a grant and a use cost in a small register and in a large one, measured in turn in one run."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from soak.citizen import Citizen, use
from soak.inside import Inside, inside
from soak.stage import Stage, Tally

SMALL = 1_000
LARGE = 1_000_000
LARGE_IN_SHORT = 5_000
CHUNK = 50_000
ROUNDS = 30
EACH = 5
LIMIT = 1.5
COPIED = ("mandate", "presentation", "ledger_line")
SLIM = {"request_object": "NULL", "dcql_query": "'{}'", "seq": "- 10 * n - seq"}
"""Copied lines lie below the first. What no index and no deciding statement looks at is left out;
values of people are erased in time anyway."""


def run(stage: Stage, tally: Tally, times: int, dialect: str) -> None:
    """Two registers that differ in size only; grant and use in one, then in the other, again and again."""
    if tally["registers"] >= times:
        return
    tally.figures.clear()
    sizes = (SMALL, LARGE_IN_SHORT if stage.short else LARGE)
    with ExitStack() as stack:
        desks = []
        for size in sizes:
            url = stack.enter_context(stage.database(dialect))
            desks.append(_Desk.over(stage, url))
            started = time.monotonic()
            fill(url, size)
            stage.say(f"{tally.name}: {size} mandates in {time.monotonic() - started:.0f} s")
        for desk in desks:
            desk.costs(EACH)
        seen = [[desk.costs(EACH) for desk in desks] for _ in range(4 if stage.short else ROUNDS)]
        for desk in desks:
            desk.quick.close()
    tally.add(registers=1)
    _note(tally, seen, sizes)


def _note(tally: Tally, seen: list[list["Cost"]], sizes: tuple[int, int]) -> None:
    whole = median(large.whole / small.whole for small, large in seen)
    store = median(large.store / small.store for small, large in seen)
    for at, size in enumerate(sizes):
        costs = [pair[at] for pair in seen]
        tally.note(**{f"ms at {size}": round(median(cost.whole for cost in costs) * 1000, 2)})
        tally.note(**{f"ms in the store at {size}": round(median(cost.store for cost in costs) * 1000, 2)})
    tally.note(ratio=round(whole, 2), ratio_in_the_store=round(store, 2))
    if max(whole, store) > LIMIT:
        tally.fault(f"grant and use cost {whole:.2f} ×, in the store {store:.2f} × as much")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for one grant with its use: all of it, and the part inside the store."""

    whole: float
    store: float


class _Timed:
    """A door of the store whose verbs are timed."""

    def __init__(self, door: Any, spent: list[float]) -> None:
        self._door = door
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._door, name)
        return partial(self._call, found) if callable(found) else found

    def _call(self, verb: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return verb(*arguments, **named)
        finally:
            self._spent.append(time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Desk:
    """A verifier over one register, and a citizen."""

    quick: Inside
    citizen: Citizen
    spent: list[float]

    @classmethod
    def over(cls, stage: Stage, url: str) -> "_Desk":
        """With one mandate already used: the pattern of all others."""
        world = stage.world()
        quick, spent = inside(world, world.config(url)), []  # type: tuple[Inside, list[float]]
        ports = quick.app.extensions["ports"]
        doors = {name: _Timed(getattr(ports.store, name), spent) for name in _doors(ports.store)}
        quick.app.extensions["ports"] = replace(ports, store=replace(ports.store, **doors))
        desk = cls(quick, Citizen(world), spent)
        desk.costs(1)
        return desk

    def costs(self, times: int) -> Cost:
        """The mean of so many; every one a new mandate from the question to the decision."""
        self.spent.clear()
        started = time.perf_counter()
        for _ in range(times):
            opened = self.citizen.grants(self.quick.send)
            said = self.quick.send(use(opened.mandate_id, opened.id))
            if said.status != 200:
                raise AssertionError(f"the use was answered with {said.status} {said.code}")
        return Cost((time.perf_counter() - started) / times, sum(self.spent) / times)


def _doors(store: Any) -> Iterator[str]:
    return (name for name in store.__dataclass_fields__ if hasattr(getattr(store, name), "database"))


def fill(url: str, size: int) -> None:
    """Copy the one mandate and its request, under new names, until the register is as large as wanted."""
    engine = _in_haste(url)
    for start in range(0, size, CHUNK):
        with engine.begin() as connection:
            for table in COPIED:
                numbers = {"first": start, "last": min(start + CHUNK, size) - 1}
                connection.execute(text(_copying(connection, table)), numbers)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    engine.dispose()


def _in_haste(url: str) -> Engine:
    """For filling only: what is lost with the power is filled anew; the product's own doors stay careful."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _careless)
    return engine


def _careless(raw: Any, _: Any) -> None:
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-1000000"):
        raw.execute(f"PRAGMA {pragma}")


SERIES = {
    "sqlite": (
        "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last)",
        "printf('%08x', (n * 2654435761) % 4294967296) || n || ",
    ),
    "postgresql": (
        "WITH series AS (SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n)",
        "lpad(to_hex((n * 2654435761) % 4294967296), 8, '0') || n || ",
    ),
}


def _copying(connection: Connection, table: str) -> str:
    """Names get a mark in front that lies anywhere in the index; the pattern is the row without a mark."""
    series, mark = SERIES[connection.dialect.name]
    unique = _unique(connection, table)
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    values = [mark + name if name in unique else SLIM.get(name, name) for name in columns]
    of_mandate = "id" if table == "mandate" else "mandate_id"
    chosen = connection.execute(text("SELECT id FROM mandate ORDER BY length(id) LIMIT 1")).scalar_one()
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {series} "  # noqa: S608  # names from the schema
        f"SELECT {', '.join(values)} FROM {table}, series WHERE {of_mandate} = '{chosen}'"
    )


def _unique(connection: Connection, table: str) -> set[str]:
    found = inspect(connection)
    constraints = found.get_unique_constraints(table)
    columns = {str(name) for one in constraints for name in one["column_names"]}
    return columns | {"id", "mandate_id"}
