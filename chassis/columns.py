"""What both databases keep alike: instants, and inserts that may find their row already there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, String, Table, bindparam, literal_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from chassis.prepared import INSERT

_WRITTEN = "%Y-%m-%dT%H:%M:%S.%fZ"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps text of one width, so that comparing text compares time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose timestamptz or text."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive datetime: it does not say when."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must say its time zone")
        moment = value.astimezone(UTC)
        return moment.strftime(_WRITTEN) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.strptime(value, _WRITTEN).replace(tzinfo=UTC)
        moment: datetime = value
        return moment.astimezone(UTC)


def insert_ignore(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless a unique constraint says it is there; True when this call inserted it."""
    inserting = _ignoring(connection.dialect.name, table, tuple(values))
    return connection.execute(inserting, dict(values)).first() is not None


@lru_cache(maxsize=256)
def _ignoring(dialect: str, table: Table, columns: tuple[str, ...]) -> Any:
    """Written once: building it costs more than running it."""
    made = INSERT[dialect](table).values({name: bindparam(name) for name in columns})
    return made.on_conflict_do_nothing().returning(literal_column("1"))
