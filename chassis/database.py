"""One database behind two doors: `begin` writes in one transaction, `read` cannot write."""

import contextlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import QueuePool

from chassis import postgresql, sqlite_file
from chassis.group_commit import GroupCommit
from chassis.quiet import Quiet
from chassis.writing import Writing

T = TypeVar("T")
TRIES = 4
WAIT_SECONDS = 5
RETRYABLE = ("40001", "40P01")
CONNECTIONS = 10
"""Kept in a pool once they were needed; none is made for a moment beside them: that costs milliseconds."""


class DatabaseRefused(Exception):
    """This database may not be used: absent, damaged, or without the durability that is promised."""


class Database:
    """A pool of connections to SQLite (a file that must exist) or PostgreSQL (by psycopg 3)."""

    def __init__(self, url: str, *, pool_size: int = CONNECTIONS) -> None:
        self._engine = new_engine(url, pool_size=pool_size)
        self._writer = self._engine.execution_options(eenmalig_mode="write")
        self._reader = self._engine.execution_options(eenmalig_mode="read", **_read_only(self._engine))
        sqlite = self.dialect == "sqlite"
        self._alone = self._engine if sqlite else new_engine(url, pool_size=pool_size, **postgresql.ALONE)
        self._quiet = Quiet() if sqlite else None
        self._writing = Writing(alone=sqlite, patience=WAIT_SECONDS)
        self._group = GroupCommit(self.begin, patience=WAIT_SECONDS) if sqlite else None

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction that commits at the end of the block; SQLite takes its write lock at the start."""
        with (
            self._writing.taken(),
            contextlib.ExitStack() as until_committed,
            self._writer.begin() as connection,
        ):
            yield connection
            if self._quiet is not None:
                until_committed.enter_context(self._quiet.committing())

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; a write in the block is an error of the database."""
        with self._between_commits(), self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def look(self) -> Iterator[Connection]:
        """For one prepared SELECT, which is one view by itself: nothing is begun and nothing ended."""
        with self._between_commits(), self._alone.connect() as connection:
            yield connection

    def _between_commits(self) -> AbstractContextManager[None]:
        return self._quiet.reading() if self._quiet else contextlib.nullcontext()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do the work and return what it returned, once that is durable; what it raises undoes all of it.

        A refusal that must be kept with what was spent for it is returned, not raised. On SQLite the works of
        several threads share one commit; on PostgreSQL the work is done anew, at most three times, after
        40001 or 40P01. So a work may run twice, or in another thread: it touches nothing but the connection.
        """
        self._writing.require_outside()
        return self._retried(work, self.begin) if self._group is None else self._group.run(work)

    def run_one(self, work: Callable[[Connection], T]) -> T:
        """As `run`, for a work of one prepared statement, which PostgreSQL makes a transaction by itself."""
        self._writing.require_outside()
        return self._retried(work, self.look) if self._group is None else self._group.run(work)

    def _retried(
        self, work: Callable[[Connection], T], begin: Callable[[], AbstractContextManager[Connection]]
    ) -> T:
        for attempt in range(1, TRIES):
            try:
                with begin() as connection:
                    return work(connection)
            except DBAPIError as failure:
                if getattr(failure.orig, "sqlstate", None) not in RETRYABLE:
                    raise
            time.sleep((20 + secrets.randbelow(80)) * attempt / 1000)
        with begin() as connection:
            return work(connection)

    def require_sound(self) -> None:
        """Raise DatabaseRefused for a damaged file, or a PostgreSQL that may forget what it confirmed."""
        try:
            with self.read() as connection:
                flaws = _flaws(connection)
        except DatabaseError as broken:
            flaws = [str(broken.orig)]
        if flaws:
            raise DatabaseRefused(f"this database is not safe to use: {'; '.join(flaws)}")

    def dispose(self) -> None:
        """Close all idle connections; the next use opens new ones."""
        self._engine.dispose()
        self._alone.dispose()


def _flaws(connection: Connection) -> list[str]:
    sqlite = connection.dialect.name == "sqlite"
    return sqlite_file.find_damage(connection) if sqlite else postgresql.find_flaws(connection)


def new_engine(url: str, *, pool_size: int, foreign_keys: bool = True, **how: Any) -> Engine:
    """Return the engine for a URL; DatabaseRefused for a kind we do not know or a file that is not there."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed, pool_size=pool_size, foreign_keys=foreign_keys)
    if backend in ("postgresql", "postgres"):
        return postgresql.new_pool(parsed, size=pool_size, wait_seconds=WAIT_SECONDS, **how)
    raise DatabaseRefused(f"no support for {backend!r}; use sqlite:///… or postgresql://…")


def _sqlite(url: URL, *, pool_size: int, foreign_keys: bool) -> Engine:
    try:
        path = sqlite_file.path_of(url.database)
    except ValueError as wrong:
        raise DatabaseRefused(str(wrong)) from None
    if not path.is_file():
        raise DatabaseRefused(f"there is no database at {path}; run the migrate command first")
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=f"{path.as_uri()}?mode=rw", query={"uri": "true"}),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        connect_args={"check_same_thread": False, "timeout": WAIT_SECONDS, "isolation_level": None},
    )
    event.listen(engine, "connect", lambda raw, _: _prepare(raw, foreign_keys=foreign_keys))
    event.listen(engine, "begin", sqlite_file.begin)
    event.listen(engine, "handle_error", _forget_read_only)
    return engine


def _forget_read_only(failure: ExceptionContext) -> None:
    """A connection opened while the disk was read-only stays so for ever, so it is thrown away.

    It rolls back first: a closed connection keeps its locks as long as a traceback knows its cursor.
    """
    if "readonly database" not in str(failure.original_exception):
        return
    if failure.connection is not None and failure.connection.connection.dbapi_connection is not None:
        failure.connection.connection.dbapi_connection.rollback()
    failure.is_disconnect = True


def _prepare(raw: Any, *, foreign_keys: bool) -> None:
    try:
        sqlite_file.prepare(raw, foreign_keys=foreign_keys)
    except (ValueError, sqlite3.DatabaseError) as wrong:
        raise DatabaseRefused(str(wrong)) from wrong


def _read_only(engine: Engine) -> dict[str, Any]:
    return {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
