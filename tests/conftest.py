"""What many tests share: a database of each kind for every store test, and one browser."""

import contextlib
import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import sync_playwright
from psycopg import sql

from chassis.database import Database
from chassis.migrations import migrate
from tests.postgres_server import NoPostgres, postgres_server
from tools.browser_walk import launch

_NUMBERS = itertools.count(1)


@dataclass
class Postgres:
    """A server in which each test gets a database of its own, copied from one that was migrated once."""

    server: str
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    templates: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def new(self, template: str = "template0") -> str:
        """Make a database and return its URL."""
        name = f"eenmalig_{self.run}_{next(_NUMBERS)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        self.made.append(name)
        return f"{self.server}/{name}"

    def migrated(self, package: str) -> str:
        """Make a database at the newest schema of a service."""
        if package not in self.templates:
            url = self.new()
            migrate(url, package)
            self.templates[package] = url.rpartition("/")[2]
        return self.new(self.templates[package])

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        name = url.rpartition("/")[2]
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self.made.remove(name)

    def drop_all(self) -> None:
        """Leave a named server as it was found."""
        for name in list(self.made):
            self.drop(name)

    def _execute(self, command: str, *names: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    with contextlib.ExitStack() as stack:
        try:
            postgres = Postgres(stack.enter_context(postgres_server()))
        except NoPostgres as absent:
            pytest.fail(str(absent), pytrace=False)
        yield postgres
        postgres.drop_all()


@pytest.fixture(scope="session")
def _migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("migrated")

    def migrated_file(package: str) -> Path:
        path = folder / f"{package}.db"
        if not path.exists():
            migrate(f"sqlite:///{path}", package)
        return path

    return migrated_file


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The kind of database that this run of the test uses; NO_POSTGRES=1 leaves the second out."""
    if request.param == "postgresql" and os.environ.get("NO_POSTGRES") == "1":
        pytest.skip("NO_POSTGRES=1")
    kind: str = request.param
    return kind


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The PostgreSQL server of this session, for tests that need nothing else."""
    if os.environ.get("NO_POSTGRES") == "1":
        pytest.skip("NO_POSTGRES=1")
    server: Postgres = request.getfixturevalue("_postgres")
    return server


@pytest.fixture
def database_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty place: a file that is not there yet, or a database without tables."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'eenmalig.db'}"
        return
    server: Postgres = request.getfixturevalue("_postgres")
    url = server.new()
    yield url
    server.drop(url)


@pytest.fixture
def migrated_url(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], str]]:
    """A factory: `migrated_url("issuer.store")` is the URL of a fresh database at that service's schema."""
    made: list[str] = []

    def make(package: str) -> str:
        if dialect == "postgresql":
            url: str = request.getfixturevalue("_postgres").migrated(package)
        else:
            path = tmp_path / f"{package}-{next(_NUMBERS)}.db"
            shutil.copy(request.getfixturevalue("_migrated_files")(package), path)
            url = f"sqlite:///{path}"
        made.append(url)
        return url

    yield make
    if dialect == "postgresql":
        for url in made:
            request.getfixturevalue("_postgres").drop(url)


@pytest.fixture
def migrated_database(migrated_url: Callable[[str], str]) -> Iterator[Callable[[str], Database]]:
    """A factory: `migrated_database("issuer.store")` is a Database at the newest schema of that service."""
    with contextlib.ExitStack() as stack:

        def make(package: str) -> Database:
            database = Database(migrated_url(package))
            stack.callback(database.dispose)
            return database

        yield make


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for the whole run: Playwright allows one loop a process."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
