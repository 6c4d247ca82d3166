"""A PostgreSQL server for one test session: the one that is named, or one started from Debian's packages."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

ABSENT = (
    "PostgreSQL was not found. Install it (Debian: apt-get install postgresql), or name a server in "
    "TEST_POSTGRES_URL, or set NO_POSTGRES=1 to leave these tests out."
)
NO_USER = (
    "PostgreSQL does not run as root, and there is no setpriv, or no user postgres or nobody. "
    "Install util-linux, or name a server in TEST_POSTGRES_URL, or set NO_POSTGRES=1."
)
DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "log_min_messages": "fatal",
}


class NoPostgres(Exception):
    """Neither a server nor the programs to start one; the message says what to install."""


@contextlib.contextmanager
def postgres_server(environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Give the URL of a server in which we may make databases, without the name of one."""
    named = environ.get("TEST_POSTGRES_URL", "")
    if named:
        yield named.rpartition("/")[0] if named.count("/") > 2 else named
        return
    programs = find_programs(environ.get("PATH", ""))
    as_user, owner = _as_other_user()
    folder = Path(tempfile.mkdtemp(prefix="eenmalig-pg-"))
    try:
        if owner:
            shutil.chown(folder, *owner)
        _run([*as_user, str(programs / "initdb"), "-D", f"{folder}/data", *_INITDB], folder)
        with _running([*as_user, str(programs / "postgres")], folder) as port:
            yield f"postgresql://tester@127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_INITDB = ["-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]


def find_programs(path: str) -> Path:
    """Return the folder with initdb and postgres: the newest of Debian's, else the one on the PATH."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb", path=path)
    if found is None:
        raise NoPostgres(ABSENT)
    return Path(found).resolve().parent


def _as_other_user() -> tuple[list[str], tuple[str, str] | None]:
    if sys.platform == "win32" or os.getuid() != 0:
        return [], None
    import grp
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if shutil.which("setpriv"):
                group = grp.getgrgid(entry.pw_gid).gr_name
                ids = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
                return ["setpriv", *ids, "--pdeathsig=INT"], (name, group)
    raise NoPostgres(NO_USER)


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[int]:
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    for _ in range(5):
        port = _free_port()
        process = subprocess.Popen(
            [*command, "-D", f"{folder}/data", "-p", str(port), *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if _answers(process, port):
            break
    else:
        raise NoPostgres("PostgreSQL was found but does not start; try it by hand, or set NO_POSTGRES=1.")
    try:
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    for _ in range(200):
        if process.poll() is not None:
            return False
        try:
            psycopg.connect(f"postgresql://tester@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            return True
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()[-300:]}")
