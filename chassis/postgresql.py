"""PostgreSQL as we promise it: limits for whoever waits, and a server that may not forget."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from chassis.idle import ask_after_rest

ON = ("fsync", "synchronous_commit", "full_page_writes")
OPTIONS = (
    "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000 "
    "-c timezone=UTC"
)
# Each statement is a transaction by itself, so that nothing has to be begun, ended or reset around it.
ALONE: Mapping[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}


def new_pool(url: URL, *, size: int, wait_seconds: int, **how: Any) -> Engine:
    """Connections by psycopg 3, made when they are first needed and kept; the one used last works again."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=wait_seconds,
        connect_args={"connect_timeout": wait_seconds, "options": OPTIONS},
        **how,
    )
    ask_after_rest(engine)
    return engine


def find_flaws(connection: Connection) -> list[str]:
    """Return what is off of what keeps a confirmed transaction."""
    wanted = text("SELECT name FROM pg_settings WHERE name IN :names AND setting = 'off'")
    found = connection.execute(wanted.bindparams(bindparam("names", ON, expanding=True)))
    return [f"{name} is off" for name in found.scalars()]
