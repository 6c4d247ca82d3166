"""What a database of ours promises, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import DBAPIError

from chassis.columns import UtcDateTime, insert_ignore
from chassis.database import Database

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
