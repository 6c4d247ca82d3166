"""A whole town in one process: four real services, wired without sockets, under one movable clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

import demo.app
import demo.config
import issuer.app
import issuer.config
import verifier.app
import verifier.config
import wallet.app
import wallet.config
from chassis.config import load_config
from chassis.migrations import migrate
from chassis.outbound import Answer, PeerUnreachable
from demo.preparing import prepare
from demo.town import Town

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class MovableClock:
    """The one clock of all services; tests move it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Move forward by a timedelta's arguments."""
        self.now += timedelta(**amount)


@dataclass
class Wire:
    """Carries calls between the services; `tamper` may change or drop an answer, `seen` keeps every call."""

    apps: dict[str, Flask] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    tamper: Callable[[str, str, Answer], Answer] | None = None

    def get(
        self, url: str, *, accept: str = "*/*", headers: Mapping[str, str] | None = None, **_: Any
    ) -> Answer:
        return self._call("GET", url, headers={**(headers or {}), "Accept": accept})

    def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Answer:
        return self._call("POST", url, headers={**(headers or {}), "Accept": accept}, data=dict(fields))

    def post_json(self, url: str, obj: Any, *, headers: Mapping[str, str] | None = None, **_: Any) -> Answer:
        return self._call("POST", url, headers=headers or {}, json=obj)

    def post(
        self, url: str, body: bytes, *, content_type: str, headers: Mapping[str, str] | None = None, **_: Any
    ) -> Answer:
        return self._call("POST", url, headers=headers or {}, data=body, content_type=content_type)

    def _call(self, method: str, url: str, *, headers: Mapping[str, str], **body: Any) -> Answer:
        parts = urlsplit(url)
        app = self.apps.get(f"{parts.scheme}://{parts.netloc}")
        if app is None:
            raise PeerUnreachable(parts.netloc, "no such host in this town")
        self.seen.append((method, url))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        said = app.test_client().open(
            target, method=method, headers=dict(headers), base_url=f"{parts.scheme}://{parts.netloc}", **body
        )
        answer = Answer(said.status_code, said.content_type or "", dict(said.headers), said.data)
        return self.tamper(method, url, answer) if self.tamper else answer


@dataclass
class TestTown:
    """The four apps, their addresses, their clock and their wire."""

    __test__ = False

    place: Town
    apps: dict[str, Flask]
    clock: MovableClock
    wire: Wire

    def url(self, name: str) -> str:
        """Public address of a service."""
        return self.place.url(name)

    def call(self, name: str, method: str, path: str, **options: Any) -> Any:
        """One request to a service, without cookies."""
        return self.apps[name].test_client().open(path, method=method, base_url=self.url(name), **options)


ROOMS = {
    "hub": (demo.app, demo.config, "demo.store"),
    "issuer": (issuer.app, issuer.config, "issuer.store"),
    "wallet": (wallet.app, wallet.config, "wallet.store"),
    "verifier": (verifier.app, verifier.config, "verifier.store"),
}
FAST = {"WALLET_ARGON2_MEMORY_KIB": "64", "WALLET_ARGON2_TIME_COST": "1"}


def build_town(
    folder: Path, *, databases: Mapping[str, str] | None = None, base_port: int = 8000
) -> TestTown:
    """Seed, migrate and create every service; `databases` overrides the SQLite files."""
    place, clock, wire = Town(var=folder, base_port=base_port), MovableClock(), Wire()
    (folder / "secrets").mkdir(parents=True, exist_ok=True)
    prepare(place, now=clock() - timedelta(days=1))
    apps: dict[str, Flask] = {}
    for name, (app, config, store) in ROOMS.items():
        environment = place.environment(name) | FAST
        if databases and name in databases:
            environment[f"{name.upper()}_DATABASE_URL"] = databases[name]
        loaded = load_config(config.Config, environment, prefix=f"{name.upper()}_")
        migrate(loaded.database_url, store)
        apps[name] = app.create_app(loaded, clock=clock, outbound=wire)
        apps[name].testing = False
    wire.apps = {place.url(name): app for name, app in apps.items()}
    return TestTown(place, apps, clock, wire)


def as_json(answer: Any) -> Any:
    """The body of a test client's answer."""
    return json.loads(answer.data)
