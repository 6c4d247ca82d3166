"""Bring a service's database to the schema its code expects; Alembic without an ini file."""

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url

from chassis import sqlite_file
from chassis.database import Database, DatabaseRefused, new_engine

ENVIRONMENT = Path(__file__).parent / "alembic_env"
LOCK_NUMBER = 0x45454E4D


def migrate(database_url: str, package: str, revision: str = "head") -> None:
    """Bring the database to a revision; of two processes that try at once one works and one waits."""
    _create_file(database_url)
    with _exclusive(database_url) as connection:
        _require_known(connection, package)
        command.upgrade(_config(package, connection), revision)


def downgrade(database_url: str, package: str, revision: str) -> None:
    """Go back to an earlier revision, or to `base`."""
    with _exclusive(database_url) as connection:
        command.downgrade(_config(package, connection), revision)


@functools.cache
def heads(package: str) -> tuple[str, ...]:
    """Return the revisions that the code of this package expects; one, unless branches were left open."""
    return tuple(ScriptDirectory.from_config(_config(package, None)).get_heads())


def current(database: Database) -> tuple[str, ...]:
    """Return the revisions that the database says it has."""
    with database.read() as connection:
        return tuple(MigrationContext.configure(connection).get_current_heads())


def require_head(database: Database, package: str) -> None:
    """Raise DatabaseRefused unless the schema is exactly what this code expects: not older, not newer."""
    found, wanted = current(database), heads(package)
    if set(found) != set(wanted):
        raise DatabaseRefused(
            f"the schema is at {found or 'nothing'} and this code needs {wanted}; run migrate"
        )


def differences(database: Database, package: str) -> list[Any]:
    """Return what the tables in code have that the migrated database has not, and the other way about."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, _metadata(package)))


def _require_known(connection: Connection, package: str) -> None:
    """An older program must not touch what a newer one wrote."""
    known = {
        script.revision for script in ScriptDirectory.from_config(_config(package, None)).walk_revisions()
    }
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise DatabaseRefused(
            f"a newer version wrote this database (schema {', '.join(sorted(unknown))}); "
            "start that version, or use a copy from before it"
        )


def _create_file(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        sqlite_file.create(sqlite_file.path_of(url.database))


@contextmanager
def _exclusive(database_url: str) -> Iterator[Connection]:
    """Hold the one transaction in which the schema changes; foreign keys are checked at its end."""
    engine = new_engine(database_url, pool_size=1, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '60s'"))
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK_NUMBER})
            yield connection
            _require_whole(connection)
    finally:
        engine.dispose()


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise DatabaseRefused(f"the migration left a row without its parent in table {broken[0]}")


def _config(package: str, connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(ENVIRONMENT))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(_home(package) / "migrations" / "versions"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = _metadata(package) if connection is not None else None
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _home(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{package} is not a package with migrations")
    return Path(spec.submodule_search_locations[0])


def _metadata(package: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"{package}.tables").metadata
    return metadata
