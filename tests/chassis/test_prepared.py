"""Statements that the driver runs by itself mean and refuse what SQLAlchemy's would."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from chassis import sqlite_file
from chassis.columns import UtcDateTime
from chassis.database import Database
from chassis.failures import failure_of
from chassis.prepared import Prepared, run_on_driver

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64)),
    Column("at", UtcDateTime()),
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADD = Prepared(
    lambda insert: insert(things).values(
        id=bindparam("id"), name=bindparam("name"), at=bindparam("at", type_=UtcDateTime())
    )
)
ADD_IF_NEW = Prepared(
    lambda insert: insert(things).values(id=bindparam("id"), name="new").on_conflict_do_nothing()
)
NAME = Prepared(lambda _: select(things.c.name).where(things.c.id == bindparam("id")))
SWEEP = Prepared(
    lambda _: delete(things).where(things.c.at <= bindparam("now", type_=UtcDateTime()), things.c.id < 100)
)
RENAME = Prepared(lambda _: update(things).where(things.c.id == bindparam("p_id")).values(name="renamed"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()
    made = Database(database_url)
    with made.begin() as connection:
        metadata.create_all(connection)
    yield made
    made.dispose()


def test_it_tells_how_many_rows_changed_and_gives_the_first_row(database: Database) -> None:
    with database.begin() as connection:
        added = ADD.changed(connection, id=1, name="one", at=NOON)
        again = ADD_IF_NEW.changed(connection, id=1)
        renamed = RENAME.changed(connection, p_id=1), RENAME.changed(connection, p_id=2)

    with database.read() as connection:
        found = NAME.first(connection, id=1), NAME.first(connection, id=2)
    assert (added, again, renamed, found) == (1, 0, (1, 0), (("renamed",), None))


def test_instants_are_written_as_the_columns_write_them(database: Database) -> None:
    with database.begin() as connection:
        ADD.changed(connection, id=1, name="one", at=NOON.astimezone(timezone(timedelta(hours=9))))

    with database.read() as connection:
        assert connection.execute(select(things.c.at)).scalar_one() == NOON
    with database.begin() as connection:
        early = SWEEP.changed(connection, now=NOON - timedelta(microseconds=1))
        assert (early, SWEEP.changed(connection, now=NOON)) == (0, 1)
    with pytest.raises(ValueError, match="time zone"), database.begin() as connection:
        ADD.changed(connection, id=2, name="two", at=NOON.replace(tzinfo=None))


def test_what_the_driver_refuses_is_sqlalchemys_error_without_the_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as twice, database.begin() as connection:
        for _ in range(2):
            ADD.changed(connection, id=1, name="SECRET-NAME", at=NOON)
    with pytest.raises((OperationalError, ProgrammingError)), database.begin() as connection:
        run_on_driver(connection, "SELECT * FROM absent")

    assert "SECRET-NAME" not in str(twice.value)
    with database.read() as connection:
        assert NAME.first(connection, id=1) is None


@pytest.mark.threat("365")
def test_a_database_that_stays_locked_is_told_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_file.SETTINGS, "busy_timeout", 50)
    (tmp_path / "x.db").touch()
    first, second = (Database(f"sqlite:///{tmp_path}/x.db") for _ in range(2))
    with first.begin() as connection:
        metadata.create_all(connection)

    with first.begin(), second.read() as reading, pytest.raises(OperationalError) as locked:
        run_on_driver(reading, "PRAGMA query_only=0")
        RENAME.changed(reading, p_id=1)

    assert failure_of(locked.value).status == 503


def test_a_connection_that_sqlite_holds_for_read_only_is_not_used_again(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.begin() as connection:
        metadata.create_all(connection)
        before = connection.connection.dbapi_connection
    with pytest.raises(OperationalError, match="readonly database"), database.begin() as connection:
        run_on_driver(connection, "PRAGMA query_only=1")
        ADD.changed(connection, id=1, name="one", at=NOON)

    with database.begin() as connection:
        assert connection.connection.dbapi_connection is not before
    database.dispose()


@pytest.mark.threat("364")
def test_a_conflict_in_it_is_tried_again_by_run(database: Database) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite has one writer, so there is no such conflict")
    tries = []

    def work(connection: object) -> str:
        tries.append(1)
        if len(tries) < 3:
            run_on_driver(connection, "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")  # type: ignore[arg-type]
        return "done"

    assert database.run(work) == "done" and len(tries) == 3
