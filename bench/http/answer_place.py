"""Verifiers that differ in nothing but where they keep things, and the issuer's status list beside them."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypedDict, Unpack

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from bench.world import Issuer
from chassis.migrations import migrate
from openid4vc.jose.keys import SigningKey
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from openid4vc.vp.client_id import x509_hash_client_id
from soak.crew import free_port
from verifier.app import STORE

SERVE = """
import os
from chassis.config import load_config
from chassis.serve import new_server
from verifier.config import Config
new_server("bench.http.answer_wsgi:app", load_config(Config, os.environ, prefix="VERIFIER")).serve()
"""


@dataclass(frozen=True, slots=True)
class Build:
    """One way of keeping: the product's own, none at all, or the plain ORM; over this database."""

    name: str
    kind: str
    database_url: str
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """What all builds share: keys, trust, secret, and the issuer whose credentials are shown."""

    folder: Path
    issuer: Issuer
    client_id: str

    def environ(self, build: Build) -> dict[str, str]:
        """What tells one build where things are."""
        issuer_origin = self.issuer.id.rpartition("/")[0]
        return {
            "VERIFIER_PUBLIC_URL": build.url,
            "VERIFIER_BIND_PORT": str(build.port),
            "VERIFIER_DATABASE_URL": build.database_url,
            "VERIFIER_SECRET_FILE": str(self.folder / "secret"),
            "VERIFIER_KEYS_DIR": str(self.folder / "keys"),
            "VERIFIER_TRUST_DIR": str(self.folder / "trust"),
            "VERIFIER_ISSUER_URL": issuer_origin,
            "VERIFIER_WALLET_URL": "http://localhost:8002",
            "VERIFIER_HTTP_ORIGINS": issuer_origin,
            "VERIFIER_DEMO": "1",
            "VERIFIER_LOG_LEVEL": "ERROR",
            "BENCH_KIND": build.kind,
        }

    def sqlite(self, name: str, kind: str) -> Build:
        """A build over a migrated file of its own."""
        url = f"sqlite:///{self.folder / name.replace('/', '-')}.db"
        migrate(url, STORE)
        return Build(name, kind, url)


@contextmanager
def answer_place(folder: Path) -> Iterator[AnswerPlace]:
    """Keys and trust in a folder, and a status list that is served until the block ends."""
    now = datetime.now(UTC).replace(microsecond=0)
    port = free_port()
    root_key, since = SigningKey.generate(), now - timedelta(days=1)
    root = make_root(key=root_key, name="Bench root", serial=1, now=since, days=1000)
    issuer_id = f"http://localhost:{port}/1"
    under: _Root = {"root": root, "root_key": root_key, "since": since}
    key, leaf = _certified("Bench issuer", issuer_id, 2, **under)
    issuer = Issuer(issuer_id, key, (leaf,), root)
    desk_key, desk = _certified(
        "Bench desk", "http://localhost", 3, root=root, root_key=root_key, since=since
    )
    _write(folder, issuer, desk_key, desk)
    with _serving(port, issuer.status_token(now)):
        yield AnswerPlace(folder, issuer, x509_hash_client_id(desk))


class _Root(TypedDict):
    root: Certificate
    root_key: SigningKey
    since: datetime


def _certified(name: str, uri: str, serial: int, **under: Unpack[_Root]) -> tuple[SigningKey, Certificate]:
    key = SigningKey.generate()
    subject = LeafSubject(name, name, f"NTRNL-0000000{serial}", uris=(uri,))
    leaf = make_leaf(
        subject=subject,
        public=key.public,
        issuer=under["root"],
        issuer_key=under["root_key"],
        serial=serial,
        now=under["since"],
        days=365,
    )
    return key, leaf


def _write(folder: Path, issuer: Issuer, desk_key: SigningKey, desk: Certificate) -> None:
    (folder / "keys" / "desk").mkdir(parents=True)
    (folder / "trust").mkdir()
    (folder / "secret").write_bytes(os.urandom(32).hex().encode())
    (folder / "secret").chmod(0o600)
    (folder / "keys" / "desk" / "key.pem").write_bytes(desk_key.to_pem())
    (folder / "keys" / "desk" / "key.pem").chmod(0o600)
    (folder / "keys" / "desk" / "chain.pem").write_bytes(desk.public_bytes(Encoding.PEM))
    (folder / "trust" / "issuers.json").write_bytes(issuer.trusted.to_json())
    (folder / "trust" / "access-anchors.pem").write_bytes(issuer.root.public_bytes(Encoding.PEM))


@contextmanager
def _serving(port: int, token: str) -> Iterator[None]:
    class StatusList(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", STATUS_LIST_MEDIA_TYPE)
            self.send_header("Content-Length", str(len(token)))
            self.end_headers()
            self.wfile.write(token.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", port), StatusList)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
