"""A PostgreSQL of our own that keeps its promises, and that can be stopped as if somebody pulled the plug."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from soak.crew import free_port

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "log_min_messages": "fatal",
}


class NoPostgres(Exception):
    """There are no programs to start a server with."""


class Postgres:
    """One server in a folder, with fsync, synchronous_commit and full_page_writes on."""

    def __init__(self, folder: Path) -> None:
        self._programs = _programs()
        self._as_user, owner = _other_user()
        self._data = folder / "data"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        folder.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(folder, owner, owner)
            for parent in folder.parents[:2]:
                parent.chmod(parent.stat().st_mode | 0o011)
        wanted = ["-U", "soak", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        command = [*self._as_user, str(self._programs / "initdb"), "-D", str(self._data), *wanted]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  # our own words
        self.start()

    def __enter__(self) -> "Postgres":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self.stop_immediately()

    @property
    def server(self) -> str:
        """The URL without the name of a database."""
        return f"postgresql://soak@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Return when it takes connections again; after a crash it first recovers."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        program = [*self._as_user, str(self._programs / "postgres"), "-D", str(self._data)]
        self._process = subprocess.Popen(  # noqa: S603  # our own words
            [*program, "-p", str(self._port), *options],
            cwd=self._data.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(f"{self.server}/postgres", connect_timeout=2).close()
                return
            time.sleep(0.02)
        raise NoPostgres("PostgreSQL does not start")

    def stop_immediately(self) -> None:
        """SIGQUIT: no checkpoint, no goodbye; the next start replays its log."""
        self._stop(signal.SIGQUIT)

    def restart_as_standby(self, standby: bool) -> None:
        """A standby answers questions and refuses every write."""
        self._stop(signal.SIGINT)
        mark = self._data / "standby.signal"
        if standby:
            mark.touch()
        else:
            mark.unlink()
        self.start()

    def _stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def new(self) -> str:
        """Make a database and give its URL."""
        self._made += 1
        name = f"soak_{os.getpid()}_{self._made}"
        make_database(self.server, name)
        return f"{self.server}/{name}"


def make_database(server: str, name: str) -> None:
    """An empty one."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def set_isolation(url: str, level: str) -> None:
    """Every transaction of this database, from the next connection on."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        command = sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = {}")
        connection.execute(command.format(sql.Identifier(name), sql.Literal(level)))


def drop_database(url: str) -> None:
    """Whoever is still connected."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(command.format(sql.Identifier(name)))


def _programs() -> Path:
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        raise NoPostgres("PostgreSQL was not found; on Debian: apt-get install postgresql")
    return Path(found).resolve().parent


def _other_user() -> tuple[list[str], str | None]:
    """PostgreSQL refuses to run as root."""
    if sys.platform == "win32" or os.getuid() != 0:
        return [], None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            ids = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
            return ["setpriv", *ids, "--pdeathsig=INT"], name
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody")
