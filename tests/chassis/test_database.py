"""What a database of ours promises, on SQLite and on PostgreSQL."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from chassis import idle, sqlite_file
from chassis.columns import UtcDateTime, insert_ignore
from chassis.database import CONNECTIONS, Database, DatabaseRefused
from chassis.prepared import run_on_driver
from tests.conftest import Postgres

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("at", UtcDateTime),
)
NOON = datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()
    made = Database(database_url)
    with made.begin() as connection:
        metadata.create_all(connection)
    yield made
    made.dispose()


def test_what_begin_writes_is_there_afterwards(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(things).values(id=1, name="one", at=NOON))

    with database.read() as connection:
        assert connection.execute(select(things.c.name, things.c.at)).one() == ("one", NOON)


def test_an_exception_in_the_block_undoes_all_of_it(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as connection:
        connection.execute(insert(things).values(id=1))
        raise RuntimeError

    with database.read() as connection:
        assert connection.execute(select(things)).all() == []


def test_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(insert(things).values(id=1))

    with database.begin() as connection:
        connection.execute(insert(things).values(id=1))


def test_an_instant_must_say_its_time_zone(database: Database) -> None:
    with pytest.raises(Exception, match="time zone"), database.begin() as connection:
        connection.execute(insert(things).values(id=1, at=NOON.replace(tzinfo=None)))


def test_instants_compare_as_instants(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(things).values(id=1, at=NOON))

    with database.read() as connection:
        later = select(things.c.id).where(things.c.at < NOON + timedelta(microseconds=1))
        assert connection.execute(later).all() == [(1,)]
        assert connection.execute(select(things.c.id).where(things.c.at < NOON)).all() == []


def test_insert_ignore_tells_who_was_first(database: Database) -> None:
    with database.begin() as connection:
        first = insert_ignore(connection, things, {"id": 1, "name": "one"})
        second = insert_ignore(connection, things, {"id": 1, "name": "two"})

    assert (first, second) == (True, False)


@pytest.mark.threat("G7")
def test_fifty_threads_that_spend_one_row_spend_it_once(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(things).values(id=1, name="open"))
    spent: list[int] = []
    start = threading.Barrier(50)

    def spend() -> None:
        start.wait()
        with database.begin() as connection:
            done = connection.execute(text("UPDATE things SET name='used' WHERE id=1 AND name='open'"))
            spent.append(done.rowcount)

    threads = [threading.Thread(target=spend) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(spent) == [0] * 49 + [1]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(DatabaseRefused, match="needs a file"):
        Database(url)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(DatabaseRefused, match="no support"):
        Database("mysql://localhost/x")


@pytest.mark.threat("366")
def test_sqlite_runs_with_the_settings_that_survive_a_loss_of_power(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with Database(f"sqlite:///{tmp_path}/x.db").begin() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert found == {"journal_mode": "truncate", "synchronous": 3, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.threat("366")
def test_sqlite_that_stays_in_wal_mode_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite_file.SETTINGS, "busy_timeout", 50)
    keeper = sqlite3.connect(tmp_path / "x.db")
    keeper.execute("PRAGMA journal_mode=WAL")
    keeper.execute("CREATE TABLE t (x)")
    keeper.execute("BEGIN")
    keeper.execute("SELECT * FROM t").fetchall()

    with pytest.raises(DatabaseRefused), Database(f"sqlite:///{tmp_path}/x.db").begin():
        pass
    keeper.close()


def test_a_setting_that_sqlite_does_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="journal_mode=memory where truncate"):
        sqlite_file.prepare(sqlite3.connect(":memory:"))


@pytest.mark.threat("365")
def test_sqlite_that_stays_locked_is_an_operational_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_file.SETTINGS, "busy_timeout", 50)
    (tmp_path / "x.db").touch()
    first, second = (Database(f"sqlite:///{tmp_path}/x.db") for _ in range(2))

    with first.begin(), pytest.raises(OperationalError, match="locked"), second.begin():
        pass


@pytest.mark.threat("359")
def test_a_full_disk_undoes_the_transaction_and_passes(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    database = Database(f"sqlite:///{tmp_path}/x.db", pool_size=1)
    with database.begin() as connection:
        metadata.create_all(connection)
        connection.exec_driver_sql("PRAGMA max_page_count=4")

    with pytest.raises(OperationalError, match="full"), database.begin() as connection:
        for number in range(200):
            connection.execute(insert(things).values(id=number, name="x" * 500))
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000")
        connection.execute(insert(things).values(id=1))

    with database.read() as connection:
        assert connection.execute(select(things.c.id)).all() == [(1,)]


@pytest.mark.threat("364")
def test_postgres_has_limits_for_statements_locks_and_idling(postgres: Postgres) -> None:
    with Database(postgres.new()).read() as connection:
        found = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "timezone",
            )
        }

    assert list(found.values()) == ["10s", "5s", "15s", "UTC"]


@pytest.mark.threat("364")
@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_run_tries_again_after_a_conflict_but_not_for_ever(postgres: Postgres, state: str) -> None:
    database, tries = Database(postgres.new()), []
    conflict = text(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$")

    def work(connection: Connection) -> str:
        tries.append(1)
        if len(tries) < 3:
            connection.execute(conflict)
        return "done"

    def hopeless(connection: Connection) -> None:
        tries.append(1)
        connection.execute(conflict)

    assert database.run(work) == "done" and len(tries) == 3
    tries.clear()
    with pytest.raises(OperationalError):
        database.run(hopeless)
    assert len(tries) == 4


@pytest.mark.threat("364")
def test_run_does_not_try_again_after_another_error(database: Database) -> None:
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT * FROM absent"))

    with pytest.raises(DBAPIError):
        database.run(work)
    assert len(tries) == 1


@pytest.mark.threat("362")
def test_postgres_connections_that_were_cut_are_replaced(postgres: Postgres) -> None:
    database = Database(postgres.new())
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    with database.begin() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(f"{postgres.server}/postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [own])

    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


@pytest.mark.threat("362")
def test_a_postgres_connection_that_rested_is_asked_before_it_is_used(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "_spoken_to", lambda _: False)
    monkeypatch.setattr(idle, "REST_SECONDS", 0.0)
    database = Database(postgres.new())
    with database.begin() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(f"{postgres.server}/postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [own])

    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_one_statement_alone_is_a_transaction_and_is_tried_again(postgres: Postgres) -> None:
    database, tries = Database(postgres.new()), list[int]()
    with database.begin() as connection:
        metadata.create_all(connection)

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) < 3:
            connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
        (count,) = run_on_driver(connection, "SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        return int(count)

    assert database.run_one(work) == 0
    assert len(tries) == 3


def test_what_one_statement_writes_alone_is_there_afterwards(database: Database) -> None:
    database.run_one(lambda one: run_on_driver(one, "INSERT INTO things (id) VALUES (1)"))

    with database.read() as connection:
        assert connection.execute(select(things.c.id)).all() == [(1,)]


def test_a_crowd_makes_no_connection_for_a_moment(database: Database) -> None:
    used = []

    def ask(_: int) -> None:
        with database.look() as connection:
            used.append(connection.connection.dbapi_connection)
            run_on_driver(connection, "SELECT 1").fetchone()

    with ThreadPoolExecutor(CONNECTIONS * 2) as crowd:
        list(crowd.map(ask, range(CONNECTIONS * 20)))

    assert 1 <= len(set(map(id, used))) <= CONNECTIONS


def test_a_postgres_that_may_forget_is_not_sound(postgres: Postgres) -> None:
    if os.environ.get("TEST_POSTGRES_URL"):
        pytest.skip("the named server may well be sound")
    with pytest.raises(DatabaseRefused, match="fsync is off"):
        Database(postgres.new()).require_sound()


def test_a_connection_that_sqlite_holds_for_read_only_is_not_used_again(tmp_path: Path) -> None:
    (tmp_path / "eenmalig.db").touch()
    database = Database(f"sqlite:///{tmp_path / 'eenmalig.db'}")
    with database.begin() as connection:
        metadata.create_all(connection)
        before = connection.connection.dbapi_connection
    with pytest.raises(OperationalError, match="readonly database"), database.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=1")
        connection.execute(things.insert().values(id=1))

    with database.begin() as connection:
        assert connection.connection.dbapi_connection is not before
    database.dispose()
