"""What `Database.run` promises to threads that write at the same moment."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from chassis import database as module
from chassis import group_commit, sqlite_file
from chassis.database import Database
from chassis.failures import failure_of

metadata = MetaData()
things = Table("things", metadata, Column("id", Integer, primary_key=True), Column("name", String))
BOUND = 10
asker = ContextVar("asker", default="nobody")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()
    made = Database(database_url)
    with made.begin() as connection:
        metadata.create_all(connection)
    yield made
    made.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "things.db").touch()
    made = Database(f"sqlite:///{tmp_path}/things.db")
    with made.begin() as connection:
        metadata.create_all(connection)
    yield made
    made.dispose()


class Group:
    """Works that wait until the first of them is let go, so that the others are in one commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pool = ThreadPoolExecutor(max_workers=80)
        self.begun, self.go = threading.Event(), threading.Event()
        self.first = self.pool.submit(database.run, self._hold)
        assert self.begun.wait(BOUND)

    def _hold(self, connection: Connection) -> None:
        self.begun.set()
        assert self.go.wait(BOUND)

    def add(self, work: Callable[[Connection], Any]) -> Future[Any]:
        before = len(self.waiting)
        future = self.pool.submit(self.database.run, work)
        self.wait_for(before + 1)
        return future

    def wait_for(self, number: int) -> None:
        while len(self.waiting) < number:
            time.sleep(0.001)

    @property
    def waiting(self) -> Any:
        assert self.database._group is not None
        return self.database._group._waiting

    def end(self) -> None:
        self.go.set()
        self.first.result(BOUND)
        self.pool.shutdown()


@pytest.fixture
def group(sqlite: Database) -> Iterator[Group]:
    made = Group(sqlite)
    yield made
    made.end()


def add(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(things).values(id=number))
        return number

    return work


def kept(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(select(things.c.id).order_by(things.c.id)).scalars())


def commits(database: Database) -> list[int]:
    counted: list[int] = []
    event.listen(database._engine, "commit", lambda _: counted.append(1))
    return counted


def test_run_returns_what_the_work_returned_and_keeps_it(database: Database) -> None:
    assert database.run(add(1)) == 1

    assert kept(database) == [1]


def test_what_a_work_raises_is_raised_to_its_caller_and_undone(database: Database) -> None:
    def work(connection: Connection) -> None:
        add(1)(connection)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        database.run(work)

    assert kept(database) == []


def test_a_refusal_that_is_returned_is_kept_with_what_was_spent_for_it(database: Database) -> None:
    def work(connection: Connection) -> LookupError:
        add(1)(connection)
        return LookupError("spent all the same")

    refusal = database.run(work)

    assert str(refusal) == "spent all the same" and kept(database) == [1]


def test_works_that_wait_share_one_commit(group: Group) -> None:
    counted = commits(group.database)
    futures = [group.add(add(number)) for number in range(20)]

    group.end()

    assert [future.result(BOUND) for future in futures] == list(range(20))
    assert kept(group.database) == list(range(20)) and len(counted) == 2  # and the one for reading


def test_one_that_fails_in_a_group_takes_nothing_of_the_others_with_it(group: Group) -> None:
    def broken(connection: Connection) -> None:
        add(7)(connection)
        connection.execute(text("SELECT * FROM absent"))

    before, failing, twice, after = (group.add(work) for work in (add(1), broken, add(1), add(2)))
    group.end()

    assert (before.result(BOUND), after.result(BOUND)) == (1, 2)
    assert isinstance(failing.exception(BOUND), OperationalError)
    assert isinstance(twice.exception(BOUND), IntegrityError)
    assert kept(group.database) == [1, 2]


def test_nobody_is_told_before_the_commit(group: Group) -> None:
    told: list[str] = []
    event.listen(group.database._engine, "commit", lambda _: told.append("commit"))
    future = group.add(add(1))
    future.add_done_callback(lambda _: told.append("done"))

    group.end()
    future.result(BOUND)

    assert told[:2] == ["commit", "done"]


def test_a_commit_that_fails_is_raised_to_everybody_and_keeps_nothing(group: Group) -> None:
    futures = [group.add(add(number)) for number in range(3)]
    failed: list[int] = []

    def fail_once(_: Connection) -> None:
        if not failed:
            failed.append(1)
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    event.listen(group.database._engine, "commit", fail_once)
    group.go.set()

    raised = [future.exception(BOUND) for future in [group.first, *futures]]
    assert all(isinstance(each, OperationalError) and "disk is full" in str(each) for each in raised)
    assert len({id(each) for each in raised}) == 4, "each thread raises an exception of its own"
    assert kept(group.database) == [] and group.database.run(add(9)) == 9
    group.first = group.pool.submit(lambda: None)


def test_a_commit_that_sqlite_refuses_keeps_nothing(
    tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_file.SETTINGS, "busy_timeout", 50)
    hasty = Database(f"sqlite:///{tmp_path}/things.db")
    reader = sqlite3.connect(tmp_path / "things.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM things").fetchall()

    with pytest.raises(OperationalError, match="locked"):
        hasty.run(add(1))
    reader.close()

    assert kept(hasty) == [] and hasty.run(add(2)) == 2


@pytest.mark.threat("359")
def test_a_full_disk_fails_the_group_and_keeps_nothing_half(group: Group) -> None:
    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA cache_size=1")
        connection.exec_driver_sql("PRAGMA max_page_count=4")
        for number in range(100, 400):
            connection.execute(insert(things).values(id=number, name="x" * 500))

    def room(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")

    first, filling, last = (group.add(work) for work in (add(1), fill, add(2)))
    group.go.set()
    outcomes = [future.exception(BOUND) for future in (first, filling, last)]

    assert isinstance(outcomes[1], OperationalError) and failure_of(outcomes[1]).status == 503
    told = {number for number, one in ((1, outcomes[0]), (2, outcomes[2])) if one is None}
    assert set(kept(group.database)) == told, "what was told is kept, and nothing else"
    group.database.run(room)
    group.first = group.pool.submit(lambda: None)


def test_a_transaction_that_is_gone_fails_the_whole_group(group: Group) -> None:
    def lose(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")

    before, losing, after = (group.add(work) for work in (add(1), lose, add(2)))
    group.go.set()

    assert all(isinstance(one.exception(BOUND), DBAPIError) for one in (before, losing))
    assert after.result(BOUND) == 2 and kept(group.database) == [2]
    group.first = group.pool.submit(lambda: None)


def test_a_group_has_a_bound_and_the_rest_comes_in_the_next(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite._group is not None
    monkeypatch.setattr(sqlite._group, "_most", 4)
    group = Group(sqlite)
    counted = commits(sqlite)
    futures = [group.add(add(number)) for number in range(11)]

    group.end()

    assert [future.result(BOUND) for future in futures] == list(range(11))
    assert len(counted) == 3 and group_commit.MOST == 64


def test_a_thousand_works_of_fifty_threads_all_end_and_each_once(database: Database) -> None:
    with ThreadPoolExecutor(max_workers=50) as pool:
        told = list(pool.map(lambda number: database.run(add(number)), range(1000), timeout=60))

    assert told == list(range(1000)) == kept(database)


KILLED = """
import sys, threading
from chassis.database import Database
database = Database(sys.argv[1])
told = threading.Lock()

def add(thread):
    for number in range(1_000_000):
        name = f"{thread}-{number}"
        database.run(lambda it: it.exec_driver_sql("INSERT INTO things (name) VALUES (?)", (name,)))
        with told:
            sys.stdout.write(name + chr(10))
            sys.stdout.flush()

for thread in range(8):
    threading.Thread(target=add, args=(thread,)).start()
"""


def test_a_process_that_is_killed_loses_nothing_that_was_told(tmp_path: Path, sqlite: Database) -> None:
    command = [sys.executable, "-c", KILLED, f"sqlite:///{tmp_path}/things.db"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(200)]

    process.kill()
    told += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait(BOUND)

    with sqlite.read() as connection:
        found = list(connection.execute(select(things.c.name)).scalars())
    assert set(told) <= set(found) and len(found) == len(set(found)) and len(found) - len(told) <= 8


@pytest.mark.threat("G7")
def test_fifty_works_that_spend_one_row_spend_it_once(database: Database) -> None:
    database.run(add(1))
    spend = text("UPDATE things SET name = 'used' WHERE id = 1 AND name IS NULL")

    with ThreadPoolExecutor(max_workers=50) as pool:
        done = list(pool.map(lambda _: database.run(lambda it: it.execute(spend).rowcount), range(50)))

    assert sorted(done) == [0] * 49 + [1]


def test_a_work_runs_in_the_context_of_its_own_caller(group: Group) -> None:
    def ask(name: str) -> str:
        asker.set(name)
        return group.database.run(lambda _: asker.get())

    pool = ThreadPoolExecutor(max_workers=5)
    futures = [pool.submit(ask, name) for name in ("noor", "sem", "lot")]
    group.wait_for(3)
    group.end()

    assert [future.result(BOUND) for future in futures] == ["noor", "sem", "lot"]


@pytest.mark.parametrize("inner", ["run", "begin"])
def test_a_work_cannot_ask_for_another_transaction(database: Database, inner: str) -> None:
    def nested(_: Connection) -> None:
        if inner == "run":
            database.run(add(1))
        with database.begin() as connection:
            add(1)(connection)

    with pytest.raises(RuntimeError, match="inside a transaction"):
        database.run(nested)
    with pytest.raises(RuntimeError, match="inside a transaction"), database.begin() as outer:
        nested(outer)

    assert kept(database) == [] and database.run(add(1)) == 1


def test_a_work_whose_turn_never_comes_is_taken_back(
    tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    group = Group(Database(f"sqlite:///{tmp_path}/things.db"))

    with pytest.raises(WaitedTooLong) as late:
        group.database.run(add(1))
    group.end()

    assert failure_of(late.value).status == 503 and kept(sqlite) == []


def test_one_thread_writes_at_a_time_and_waits_without_a_connection(
    tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    hasty = Database(f"sqlite:///{tmp_path}/things.db")
    group = Group(hasty)
    taken: list[int] = []
    event.listen(hasty._engine, "checkout", lambda *_: taken.append(1))

    with pytest.raises(WaitedTooLong), hasty.begin():
        pass
    group.end()

    assert taken == []


def test_a_database_that_does_not_begin_is_told_to_the_leader_and_the_next_one_tries(
    tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_file.SETTINGS, "busy_timeout", 50)
    hasty = Database(f"sqlite:///{tmp_path}/things.db")
    other = sqlite3.connect(tmp_path / "things.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(max_workers=4) as pool:
        failed = [pool.submit(hasty.run, add(number)).exception(BOUND) for number in range(4)]
    other.execute("ROLLBACK")

    assert all(isinstance(each, OperationalError) for each in failed)
    assert hasty.run(add(5)) == 5 and kept(hasty) == [5]
    other.close()


def test_grouped_works_keep_the_settings_that_survive_a_loss_of_power(sqlite: Database) -> None:
    def settings(connection: Connection) -> tuple[Any, ...]:
        names = ("journal_mode", "synchronous")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)

    assert sqlite.run(settings) == ("truncate", 3)


def test_what_was_counted_in_one_group_is_counted_once(database: Database) -> None:
    def count_and_add(connection: Connection) -> int:
        number: int = connection.execute(select(func.count()).select_from(things)).scalar_one()
        connection.execute(insert(things).values(id=number + 1))
        return number + 1

    if database.dialect == "postgresql":
        pytest.skip("READ COMMITTED does not promise this, and no verb of ours relies on it")
    with ThreadPoolExecutor(max_workers=20) as pool:
        told = list(pool.map(lambda _: database.run(count_and_add), range(200)))

    assert sorted(told) == list(range(1, 201))
