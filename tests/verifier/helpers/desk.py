"""One verifier with its clock, its wire and a citizen who answers it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.cards import Card, all_cards
from tests.verifier.helpers.form import form_of
from tests.verifier.helpers.pki import NOON, Pki
from tests.verifier.helpers.wire import TestWire
from verifier.app import create_app
from verifier.config import Config

OWN = "http://localhost:8003"


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Opened:
    """A transaction as its caller knows it."""

    id: str
    mandate_id: str
    transaction: str
    wallet_url: str


@dataclass
class Desk:
    """The service under test."""

    app: Flask
    clock: Clock
    wire: TestWire
    pki: Pki
    cards: dict[str, Card] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def advance(self, **amount: float) -> None:
        self.clock.now += timedelta(**amount)
        self.wire.now = self.clock.now

    def start(self) -> Opened:
        said = self.client().post("/api/v1/mandate-requests", json={"service": "averaging"})
        assert said.status_code == 201, said.data
        return Opened(**said.json)

    def ask(self, opened: Opened, **form: str) -> dict[str, Any]:
        """What the wallet reads in the request object."""
        said = self.client().post(f"/oid4vp/request/{opened.id}", data=form)
        assert said.status_code == 200, said.data
        return parse_jws(said.text, expected_typ=REQUEST_OBJECT_TYP).claims()

    def answer(self, fields: Mapping[str, str]) -> Any:
        return self.client().post("/oid4vp/response", data=dict(fields))

    def answer_fields(
        self,
        request: Mapping[str, Any],
        *,
        cards: Mapping[str, Card] | None = None,
        change: Callable[[str, dict[str, Any]], None] | None = None,
        enc: str = "A256GCM",
    ) -> dict[str, str]:
        """The form of a wallet; `change` may spoil what one presentation says before it is signed."""
        token = {}
        for wanted in request["dcql_query"]["credentials"]:
            card = (cards or self.cards)[wanted["id"]]
            how = self._how(request, wanted)
            if change is not None:
                change(wanted["id"], how)
            selection = HeldSdJwt(card.issued).select(how.pop("paths"))
            token[wanted["id"]] = [present(selection, key=how.pop("key", card.key), **how)]
        return form_of({"vp_token": token, "state": request["state"]}, request, enc=enc)

    def _how(self, request: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
        how: dict[str, Any] = {
            "paths": [tuple(claim["path"]) for claim in wanted["claims"]],
            "audience": request["client_id"],
            "nonce": request["nonce"],
            "iat": self.clock.now,
        }
        if wanted["id"] == "identity" and "transaction_data" in request:
            jti = secrets.token_urlsafe(16)
            how |= {"transaction_data": request["transaction_data"], "send_alg": True, "jti": jti}
        return how

    def granted(self, opened: Opened | None = None) -> Opened:
        """A mandate that the citizen gave and whose result was claimed."""
        opened = opened or self.start()
        said = self.answer(self.answer_fields(self.ask(opened)))
        assert said.status_code == 200, said.data
        assert self.complete(opened, code_of(said)).status_code == 200
        return opened

    def complete(self, opened: Opened, code: str, transaction: str | None = None) -> Any:
        body = {"transaction": transaction or opened.transaction, "response_code": code}
        return self.client().post(f"/api/v1/mandate-requests/{opened.id}/complete", json=body)

    def use(self, opened: Opened, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or secrets.token_urlsafe(8)}
        return self.client().post(f"/api/v1/mandates/{opened.mandate_id}/use", headers=headers)

    def state(self, opened: Opened) -> str:
        said = self.client().get(f"/mandates/{opened.mandate_id}")
        assert said.status_code == 200, said.data
        state: str = said.json["state"]
        return state

    def statement(self, opened: Opened, act: str, *, card: Card | None = None, **changed: Any) -> str:
        """What the wallet signs to withdraw (revoke) or to read (decision)."""
        typ = {
            "revoke": "eenmalig-revocation+jwt",
            "decision": "eenmalig-read+jwt",
            "opt-out": "eenmalig-opt-out+jwt",
        }[act]
        now = int(self.clock.now.timestamp())
        claims = {
            "aud": f"{OWN}/mandates/{opened.mandate_id}/{act}",
            "mandate_id": opened.mandate_id,
            "iat": now,
            "exp": now + 3600,
            "jti": secrets.token_urlsafe(12),
        } | changed
        kept = {name: value for name, value in claims.items() if value is not None}
        return sign_jws(kept, typ=changed.pop("typ", typ), key=(card or self.cards["identity"]).key)

    def say(self, opened: Opened, act: str, statement: str) -> Any:
        return self.client().post(f"/mandates/{opened.mandate_id}/{act}", data={"statement": statement})


def code_of(said: Any) -> str:
    """The response code in the wallet's way back."""
    return parse_qs(urlsplit(said.json["redirect_uri"]).query)["response_code"][0]


def build_desk(folder: Path, database_url: str, pki: Pki, **settings: Any) -> Desk:
    """The whole service over one migrated database."""
    pki.write(folder)
    config = Config(
        public_url=OWN,
        database_url=database_url,
        secret_file=folder / "secret",
        bind_port=8003,
        demo=True,
        threads=160,
        http_origins=(OWN, "http://localhost:8001", "http://localhost:8002"),
        keys_dir=folder / "keys",
        trust_dir=folder / "trust",
        issuer_url="http://localhost:8001",
        wallet_url="http://localhost:8002",
        **settings,
    )
    clock, wire = Clock(), TestWire(pki)
    wire.app = create_app(config, clock=clock, outbound=wire)  # type: ignore[arg-type]
    return Desk(wire.app, clock, wire, pki, all_cards(pki))
