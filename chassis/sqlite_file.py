"""SQLite as we promise it: settings that survive a loss of power, read back before the first use."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection

SETTINGS = {
    "journal_mode": "truncate",
    "synchronous": 3,
    "busy_timeout": 5000,
    "mmap_size": 0,
    "trusted_schema": 0,
}


def path_of(database: str | None) -> Path:
    """Return the file of a sqlite URL; one in memory is no place to keep a promise."""
    if not database or database == ":memory:" or database.startswith("file:"):
        raise ValueError("SQLite needs a file: sqlite:////absolute/path.db")
    return Path(database).absolute()


def create(path: Path) -> None:
    """Make an empty file that only its owner may read; an existing file stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=True)


def prepare(raw: sqlite3.Connection, *, foreign_keys: bool = True) -> None:
    """Set what a fresh connection needs, read it back, and raise ValueError when SQLite did not obey."""
    wanted = SETTINGS | {"foreign_keys": int(foreign_keys)}
    for name, value in wanted.items():
        raw.execute(f"PRAGMA {name}={value}").close()
    for name, value in wanted.items():
        row = raw.execute(f"PRAGMA {name}").fetchone()
        if row is not None and row[0] != value:
            raise ValueError(f"SQLite keeps {name}={row[0]} where {value} was asked for")


def begin(connection: Connection) -> None:
    """Start the transaction ourselves, since the driver would start it only at the first write."""
    if connection.get_execution_options().get("eenmalig_mode") == "read":
        connection.exec_driver_sql("PRAGMA query_only=1")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("PRAGMA query_only=0")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def find_damage(connection: Connection) -> list[str]:
    """Return what SQLite's own check finds wrong with the file, three things at most."""
    found = connection.exec_driver_sql("PRAGMA quick_check(3)").scalars()
    return [str(line) for line in found if line != "ok"]
