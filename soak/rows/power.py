"""Loss of power on SQLite: every statement of the product, on a disk that forgets what was not synced."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from secrets import SystemRandom
from typing import Any

import apsw
from sqlalchemy import Engine, event

from chassis import sqlite_file
from soak.citizen import Citizen, use
from soak.disk import Disk, mount
from soak.inside import inside
from soak.stage import Stage, Tally

MANDATES = 8
BATCH = 500
FILE = "verifier.db"
WEAKER = {
    "delete/full": ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=FULL"),
    "delete/normal": ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=NORMAL"),
    "truncate/off": ("PRAGMA synchronous=OFF",),
}
MUST_LOSE = "truncate/off"
_CHANCE = SystemRandom()
_NAMES = count(1)
Transaction = Sequence[tuple[str, Any]]


def run(stage: Stage, tally: Tally, states: int) -> None:
    """Ours until the number is reached; each weaker way beside it, with a tenth as many."""
    while tally["states"] < states:
        size = min(BATCH, states - tally["states"])
        with stage.database("sqlite") as url:
            start = Path(url.removeprefix("sqlite:///")).read_bytes()
            transactions = _recorded(stage, url)
        trial = Trial(start, transactions)
        seen = trial.cut((), size)
        tally.add(states=size, lost=seen.lost, half_done=seen.torn)
        for name, pragmas in WEAKER.items():
            found = trial.cut(pragmas, max(20, size // 10))
            tally.add(**{f"{name} states": found.states, f"{name} lost or torn": found.lost + found.torn})
        tally.save()
        stage.say(f"{tally.name}: {tally['states']} of {states} states")
    if not tally[f"{MUST_LOSE} lost or torn"]:
        tally.fault("without any sync nothing was lost: this trial sees nothing")


def _recorded(stage: Stage, url: str) -> list[Transaction]:
    """Every writing transaction of some mandates from the proposal to their end, as the database got it."""
    world = stage.world()
    quick, citizen = inside(world, world.config(url)), Citizen(world)
    with _listening() as tape:
        for number in range(MANDATES):
            opened = citizen.grants(quick.send)
            last = use(opened.mandate_id, opened.id) if number % 3 else citizen.withdraws(opened)
            if quick.send(last).status != 200:
                raise AssertionError("the recording went wrong")
    quick.close()
    return tape.transactions


@dataclass
class _Tape:
    """Statements of the transaction under way, and the transactions that were committed."""

    transactions: list[Transaction] = field(default_factory=list)
    current: list[tuple[str, Any]] = field(default_factory=list)

    def statement(self, *arguments: Any) -> None:
        """Called by SQLAlchemy with connection, cursor, statement, parameters, …"""
        statement, parameters = arguments[2], arguments[3]
        if statement.startswith("PRAGMA query_only"):
            self.current = []
        else:
            self.current.append((statement, parameters))

    def commit(self, _: Any) -> None:
        """Keep it when it wrote something."""
        if self.current and self.current[0][0] == "BEGIN IMMEDIATE":
            self.transactions.append(tuple(self.current))
        self.current = []


@contextmanager
def _listening() -> Iterator[_Tape]:
    tape = _Tape()
    event.listen(Engine, "before_cursor_execute", tape.statement)
    event.listen(Engine, "commit", tape.commit)
    try:
        yield tape
    finally:
        event.remove(Engine, "before_cursor_execute", tape.statement)
        event.remove(Engine, "commit", tape.commit)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of so many disks: acknowledged commits gone, and disks that hold no state the register ever had."""

    states: int
    lost: int
    torn: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The same transactions again and again, from the same start."""

    start: bytes
    transactions: Sequence[Transaction]

    def cut(self, pragmas: Sequence[str], disks: int) -> Seen:
        """Run all once, then look at disks from random moments of that run."""
        disk, prints, marks = self._run(pragmas)
        lost = torn = 0
        for _ in range(disks):
            moment = 1 + _CHANCE.randrange(len(disk.log))
            acknowledged = sum(mark <= moment for mark in marks)
            found = self._fingerprint_of(disk.after_power_loss({FILE: self.start}, moment))
            if found in prints[acknowledged : acknowledged + 2]:
                continue
            lost += found in prints[:acknowledged]
            torn += found not in prints
        return Seen(disks, lost, torn)

    def _run(self, pragmas: Sequence[str]) -> tuple[Disk, list[str], list[int]]:
        """The disk, the register's fingerprint after each commit, and where in the log each came back."""
        disk = Disk({FILE: bytearray(self.start)})
        layer, connection = self._open(disk)
        sqlite_file.prepare(connection)
        for pragma in pragmas:
            connection.execute(pragma)
        prints, marks = [_fingerprint(connection)], []
        for transaction in self.transactions:
            for statement, parameters in transaction:
                connection.execute(statement, tuple(parameters) or None).fetchall()
            connection.execute("COMMIT")
            marks.append(len(disk.log))
            prints.append(_fingerprint(connection))
        connection.close()
        layer.unregister()
        return disk, prints, marks

    def _fingerprint_of(self, disk: Disk) -> str:
        """What a fresh start finds after its own recovery."""
        layer, connection = self._open(disk)
        try:
            if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                return "damaged"
            return _fingerprint(connection)
        except apsw.Error:
            return "unreadable"
        finally:
            connection.close()
            layer.unregister()

    def _open(self, disk: Disk) -> tuple[Any, Any]:
        name = f"forgetful-{next(_NAMES)}"
        layer = mount(disk, name)
        return layer, apsw.Connection(f"/{FILE}", vfs=name)


def _fingerprint(connection: Any) -> str:
    """A hash over every row of every table."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    whole = sha256()
    for (table,) in tables:
        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  # a name of our own
        whole.update(repr((table, sorted(map(repr, rows)))).encode())
    return whole.hexdigest()
