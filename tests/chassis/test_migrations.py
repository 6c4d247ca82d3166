"""From nothing to the newest schema, and every reason to refuse a database."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from chassis.database import Database, DatabaseRefused
from chassis.migrations import current, differences, downgrade, heads, migrate, require_head
from tests.chassis.shop.tables import shelves, things

SHOP = "tests.chassis.shop"


def test_migrating_makes_exactly_the_tables_of_the_code(migrated_database: Callable[[str], Database]) -> None:
    database = migrated_database(SHOP)

    require_head(database, SHOP)

    assert current(database) == heads(SHOP) == ("0002",)
    assert differences(database, SHOP) == []


def test_migrating_twice_changes_nothing(migrated_url: Callable[[str], str]) -> None:
    url = migrated_url(SHOP)
    migrate(url, SHOP)

    require_head(Database(url), SHOP)


def test_an_older_program_refuses_what_a_newer_one_wrote(
    migrated_url: Callable[[str], str],
) -> None:
    url = migrated_url(SHOP)
    with Database(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseRefused, match=r"newer version wrote this database \(schema 9999\)"):
        migrate(url, SHOP)


def test_foreign_keys_hold(migrated_database: Callable[[str], Database]) -> None:
    with pytest.raises(IntegrityError), migrated_database(SHOP).begin() as connection:
        connection.execute(insert(things).values(id=1, shelf_id=99))


@pytest.mark.threat("353")
def test_an_older_schema_is_refused_until_it_is_migrated(migrated_url: Callable[[str], str]) -> None:
    url = migrated_url(SHOP)
    downgrade(url, SHOP, "0001")
    with pytest.raises(DatabaseRefused, match="run migrate"):
        require_head(Database(url), SHOP)

    migrate(url, SHOP)

    require_head(Database(url), SHOP)


@pytest.mark.threat("353")
def test_a_schema_of_newer_code_is_refused(migrated_database: Callable[[str], Database]) -> None:
    database = migrated_database(SHOP)
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseRefused, match="9999"):
        require_head(database, SHOP)


def test_a_table_that_differs_from_the_code_is_found(migrated_database: Callable[[str], Database]) -> None:
    database = migrated_database(SHOP)
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE shelves ADD COLUMN extra INTEGER"))

    assert [difference[0] for difference in differences(database, SHOP)] == ["remove_column"]


def test_a_migration_that_finds_an_orphan_in_sqlite_is_refused(tmp_path: Path) -> None:
    """PostgreSQL checks foreign keys itself; in SQLite they are off while tables are rebuilt."""
    url = f"sqlite:///{tmp_path}/shop.db"
    migrate(url, SHOP)
    database = Database(url)
    with database.begin() as connection:
        connection.execute(insert(shelves).values(id=1))
        connection.execute(insert(things).values(id=1, shelf_id=1))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
        raw.execute("DELETE FROM shelves")

    with pytest.raises(DatabaseRefused, match="without its parent"):
        migrate(url, SHOP)


@pytest.mark.threat("368")
def test_processes_that_migrate_at_once_do_it_once(database_url: str) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        try:
            migrate(database_url, SHOP)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    require_head(Database(database_url), SHOP)


@pytest.mark.threat("350")
def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/new/shop.db", SHOP)

    assert stat.S_IMODE((tmp_path / "new" / "shop.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.threat("353")
def test_opening_never_makes_a_fresh_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "absent.db"

    with pytest.raises(DatabaseRefused, match="run the migrate command"):
        Database(f"sqlite:///{path}")

    assert not path.exists()


@pytest.mark.threat("353")
def test_a_cut_or_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    migrate(f"sqlite:///{path}", SHOP)
    Database(f"sqlite:///{path}").require_sound()
    whole = path.read_bytes()

    for damaged in (whole[:5000], whole[:4096] + os.urandom(4096) + whole[8192:], b"no database" * 1000):
        path.write_bytes(damaged)
        with pytest.raises(DatabaseRefused):
            Database(f"sqlite:///{path}").require_sound()
