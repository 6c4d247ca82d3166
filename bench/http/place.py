"""An issuer of its own in a scratch folder: keys, database, first status lists, and a server process."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import Encoding

from bench.http.wrk import pinned
from chassis.config import load_config
from issuer.__main__ import run
from issuer.config import Config
from issuer.files import read_organisations
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root

START_SECONDS = 20
SERVE = """
import os
from chassis.config import load_config
from chassis.serve import new_server
from issuer.config import Config
new_server("bench.http.issuer_app:app", load_config(Config, os.environ, prefix="ISSUER")).serve()
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the issuer answers, and what told it so."""

    url: str
    environ: dict[str, str]


@contextmanager
def issuer_place() -> Iterator[Place]:
    """Keys, a migrated SQLite file and published lists; gone afterwards."""
    with TemporaryDirectory(prefix="eenmalig-bench-") as name:
        folder, port = Path(name), _free_port()
        url = f"http://localhost:{port}"
        _write_keys(folder / "keys", url)
        environ = {
            "ISSUER_PUBLIC_URL": url,
            "ISSUER_DATABASE_URL": f"sqlite:///{folder / 'issuer.db'}",
            "ISSUER_SECRET_FILE": str(folder / "secret"),
            "ISSUER_BIND_PORT": str(port),
            "ISSUER_DEMO": "1",
            "ISSUER_KEYS_DIR": str(folder / "keys"),
            "ISSUER_WALLET_URL": "http://localhost:8002",
            "ISSUER_LOG_LEVEL": "ERROR",
        }
        config = load_config(Config, environ, prefix="ISSUER")
        for command in ("migrate", "seed"):
            run(command, config)
        yield Place(url, environ)


@contextmanager
def served(place: Place, *, core: int | None) -> Iterator[None]:
    """One worker process on one core, until the block ends."""
    process = subprocess.Popen(  # noqa: S603 - our own server
        [*pinned(core), sys.executable, "-c", SERVE], env={**os.environ, **place.environ}
    )
    try:
        _wait_until_ready(f"{place.url}/readyz", process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(START_SECONDS * 20):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it was ready")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not become ready")


def _write_keys(folder: Path, url: str) -> None:
    root_key, since = SigningKey.generate(), datetime.now(UTC) - timedelta(days=1)
    root = make_root(key=root_key, name="Bench root", serial=1, now=since, days=3650)
    for number, organisation in enumerate(read_organisations(), start=2):
        key = SigningKey.generate()
        subject = LeafSubject(
            organisation.name.nl,
            organisation.name.nl,
            organisation.identifier,
            uris=(f"{url}/{organisation.path}",),
        )
        leaf = make_leaf(
            subject=subject,
            public=key.public,
            issuer=root,
            issuer_key=root_key,
            serial=number,
            now=since,
            days=365,
        )
        (folder / organisation.path).mkdir(parents=True)
        (folder / organisation.path / "key.pem").write_bytes(key.to_pem())
        (folder / organisation.path / "key.pem").chmod(0o600)
        (folder / organisation.path / "chain.pem").write_bytes(leaf.public_bytes(Encoding.PEM))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
