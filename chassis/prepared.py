"""Statements of the hot path: SQLAlchemy writes each once for a dialect, and the driver runs it by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Values = Mapping[str, Any] | Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """The text for one driver, the order of its parameters where they have none but that, and their types."""

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    into_database: Mapping[str, Callable[[Any], Any]]

    def values(self, given: Mapping[str, Any]) -> Values:
        """What the driver takes."""
        values = {**self.constants, **given}
        for name, convert in self.into_database.items():
            values[name] = convert(values[name])
        return values if self.order is None else [values[name] for name in self.order]


class Prepared:
    """One statement with named parameters; `build` gets the dialect's own `insert`, for ON CONFLICT.

    It knows types on the way in; what comes back is as the driver gives it, so only text and numbers are
    asked back with it.
    """

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._build = build
        self._written: dict[str, _Written] = {}

    def changed(self, connection: Connection, **values: Any) -> int:
        """How many rows it wrote or deleted."""
        count: int = self._run(connection, values).rowcount
        return count

    def first(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """The first row it gives back, as the driver has it."""
        row: tuple[Any, ...] | None = self._run(connection, values).fetchone()
        return row

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        written = self._written.get(connection.dialect.name) or self._write(connection)
        return run_on_driver(connection, written.text, written.values(values))

    def _write(self, connection: Connection) -> _Written:
        dialect = connection.dialect
        compiled: Any = self._build(INSERT[dialect.name]).compile(dialect=dialect)
        kinds = {name: each.type.dialect_impl(dialect) for name, each in compiled.binds.items()}
        processors = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        written = _Written(
            text=str(compiled),
            order=tuple(compiled.positiontup) if compiled.positional else None,
            constants=dict(compiled.params),
            into_database={name: convert for name, convert in processors.items() if convert},
        )
        self._written[dialect.name] = written
        return written


def run_on_driver(connection: Connection, text: str, values: Values = ()) -> Any:
    """Run a statement past SQLAlchemy; what the driver raises becomes SQLAlchemy's error all the same."""
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as failure:
        if "readonly database" in str(failure):
            driver.rollback()
            connection.invalidate(failure)
        raise _told(connection, text, failure) from failure


def _told(connection: Connection, text: str, failure: Exception) -> DBAPIError | BaseException:
    """Without the values: they may be somebody's."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(text, None, failure, base, hide_parameters=True, dialect=dialect)
