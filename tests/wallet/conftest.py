"""One wallet with one citizen, one issuer and one verifier."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from openid4vc.trust.anchors import TrustedIssuers
from tests.wallet.code_issuer import CodeIssuer
from tests.wallet.outside import CODE, DESK, ISSUER, WALLET, Clock, Issuer, Verifier, Wire
from wallet.app import create_app
from wallet.config import Config

NAME, PIN = "Noor", "482913"


@dataclass
class Town:
    """The wallet and everybody it talks to."""

    app: Flask
    clock: Clock
    wire: Wire
    issuer: Any
    verifier: Verifier
    database_url: str
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, *, who: str = NAME) -> Any:
        """Call the API as a citizen."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        given = {"json": {} if body is None else body} if method == "POST" else {}
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, base_url=WALLET, headers=headers, **given)

    def join(self, who: str = NAME, pin: str = PIN) -> None:
        """Open an account."""
        self.tokens[who] = self.call("POST", "/accounts", {"name": who, "pin": pin}).json["token"]

    def offered(self, link: str | None = None, **options: Any) -> Any:
        return self.call("POST", "/offers", {"offer": link or self.issuer.link()}, **options)

    def collects(self, *, who: str = NAME) -> Any:
        """Collect one identity card, with its three copies."""
        offer = self.offered(who=who).json["id"]
        return self.call("POST", f"/offers/{offer}/accept", {"pin": PIN, "tx_code": CODE}, who=who)

    def goes_to_sign_in(self, offer: str) -> str:
        """Push; where the browser goes."""
        url: str = self.call("POST", f"/offers/{offer}/authorize").json["authorization_url"]
        return url

    def completes(self, offer: str, redirect: str, *, pin: str = PIN) -> Any:
        return self.call("POST", f"/offers/{offer}/complete", {"redirect": redirect, "pin": pin})

    def signs_in_and_collects(self, link: str | None = None) -> Any:
        """The whole code flow."""
        offer = self.offered(link).json["id"]
        self.goes_to_sign_in(offer)
        return self.completes(offer, self.issuer.signs_in())

    def asked(self, link: str | None = None, **options: Any) -> Any:
        return self.call("POST", "/requests", {"url": link or self.verifier.link()}, **options)

    def approves(self, shown: Any, *, pin: str = PIN, **changes: str) -> Any:
        body = {"pin": pin, "digest": shown["digest"]} | changes
        return self.call("POST", f"/requests/{shown['id']}/approve", body)

    def grants(self) -> Any:
        """Collect, be asked, approve."""
        self.collects()
        return self.approves(self.asked().json)

    def history(self) -> list[Any]:
        lines: list[Any] = self.call("GET", "/history").json["history"]
        return lines

    def browser(self) -> Browser:
        return Browser(self.app.test_client())


@dataclass
class Browser:
    """A browser that fills in forms the way a person does."""

    client: Any
    page: Any = None

    def goes(self, path: str) -> Browser:
        self.page = self.client.get(path, base_url=WALLET)
        return self

    def sends(self, path: str, **fields: str) -> Browser:
        """Submit a form of the page that is open, with its token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.text)
        data = {"csrf_token": token.group(1) if token else ""} | fields
        self.page = self.client.post(path, base_url=WALLET, data=data)
        return self

    def signs_in(self, name: str = NAME, pin: str = PIN, **fields: str) -> Browser:
        return self.goes("/sign-in").sends("/sign-in", name=name, pin=pin, **fields)

    @property
    def text(self) -> str:
        text: str = self.page.get_data(as_text=True)
        return text

    @property
    def leads_to(self) -> str:
        location: str = self.page.headers.get("Location", "")
        return location


@pytest.fixture
def build(tmp_path: Path, _migrated_files: Callable[[str], Path]) -> Callable[..., Town]:
    """A factory of towns; `settings` go into the wallet's configuration."""

    def make(*, issuers: type[Issuer] = Issuer, **settings: Any) -> Town:
        clock, wire = Clock(), Wire()
        issuer = issuers(now=clock)
        if isinstance(issuer, CodeIssuer):
            issuer.wire = wire
            keep_provider(issuer, tmp_path / "keys" / "provider")
            settings.setdefault("keys_dir", tmp_path / "keys")
        trusted = TrustedIssuers((issuer.trusted(),))
        verifier = Verifier(trusted=lambda: trusted, now=clock)
        wire.homes.update({ISSUER: issuer, DESK: verifier})
        trust = tmp_path / "trust"
        trust.mkdir(exist_ok=True)
        (trust / "issuers.json").write_bytes(trusted.to_json())
        (trust / "access-anchors.pem").write_bytes(verifier.authority.root.public_bytes(Encoding.PEM))
        for name, content in settings.pop("trusted_files", {}).items():
            (trust / name).write_bytes(content)
        url = settings.pop("database_url", "")
        if not url:
            path = tmp_path / "wallet.db"
            path.write_bytes(_migrated_files("wallet.store").read_bytes())
            url = f"sqlite:///{path}"
        settings.setdefault("log_level", "ERROR")
        config = Config(
            public_url=WALLET,
            database_url=url,
            secret_file=tmp_path / "secret",
            bind_port=8002,
            demo=True,
            trust_dir=trust,
            argon2_time_cost=1,
            argon2_memory_kib=64,
            **settings,
        )
        app = create_app(config, clock=clock, outbound=wire)  # type: ignore[arg-type]
        return Town(app, clock, wire, issuer, verifier, url)

    return make


def keep_provider(issuer: CodeIssuer, folder: Path) -> None:
    """Give the wallet the key of the provider that this issuer believes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.pem").write_bytes(issuer.provider.key.to_pem())
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in issuer.provider.chain)
    (folder / "chain.pem").write_bytes(pem)


@pytest.fixture
def code_town(build: Callable[..., Town]) -> Town:
    """A town whose issuer signs people in, and in which Noor has an account."""
    made = build(issuers=CodeIssuer)
    made.join()
    return made


@pytest.fixture
def town(build: Callable[..., Town]) -> Town:
    """A town in which Noor has an account."""
    made = build()
    made.join()
    return made
