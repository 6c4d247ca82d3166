"""What a whole town really answers fits what the OpenAPI documents say, refusals included."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, request
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from sqlalchemy import select

from chassis.database import Database
from demo.play import PIN, Walk
from demo.web_client import Caller, Refused
from issuer.store.tables import status_entries
from tests.town import TestTown
from tools.openapi import SERVICES, read_document

NOT_WALKED = {
    "wallet": {"authorizeOffer", "completeOffer", "collectDeferred"},  # signing in at the issuer, promises
    "verifier": {"confirmInstead"},  # for a wallet that does not know mandates
}
"""Operations of our own API whose good answer needs a browser or a stranger's wallet; tested elsewhere."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer with what was asked."""

    service: str
    method: str
    path: str
    status: int
    content_type: str
    body: bytes


@dataclass
class Ear:
    """Hears every answer of every service."""

    heard: list[Said] = field(default_factory=list)

    def listen(self, service: str, app: Flask) -> None:
        def hear(response: Response) -> Response:
            if request.url_rule is not None and not response.direct_passthrough:
                path = request.url_rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
                kind = response.content_type or ""
                said = Said(service, request.method, path, response.status_code, kind, response.get_data())
                self.heard.append(said)
            return response

        app.after_request_funcs.setdefault(None, []).append(hear)


class Contract:
    """The document of one service, as the judge of its answers."""

    def __init__(self, service: str) -> None:
        self.document = read_document(service)
        resource = Resource.from_contents(self.document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("doc", resource)

    def operation(self, said: Said) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.document["paths"].get(said.path, {}).get(said.method.lower())
        return found

    def require(self, said: Said) -> None:
        """Status, media type and body are among those that the operation names."""
        operation = self.operation(said)
        assert operation is not None, f"{said.method} {said.path} is not in the document"
        answers = operation["responses"]
        wanted = answers.get(str(said.status)) or (said.status >= 400 and answers.get("default"))
        assert wanted, f"{said.method} {said.path} answered {said.status}"
        if "$ref" in wanted:
            wanted = self.document["components"]["responses"][wanted["$ref"].rpartition("/")[2]]
        if "content" not in wanted:
            assert said.body == b""
            return
        schema = wanted["content"][said.content_type.split(";")[0]]["schema"]
        value = json.loads(said.body) if "json" in said.content_type else said.body.decode()
        self.validate(value, schema)

    def validate(self, value: Any, schema: Mapping[str, Any]) -> None:
        here = json.loads(json.dumps(schema).replace('"#/components', '"doc#/components'))
        Draft202012Validator(here, registry=self._registry, format_checker=FormatChecker()).validate(value)


@pytest.fixture
def ear(town: TestTown) -> Ear:
    found = Ear()
    for service in SERVICES:
        found.listen(service, town.apps[service])
    return found


@pytest.fixture
def walk(town: TestTown) -> Walk:
    issuer, wallet, verifier, hub = (
        Caller(town.wire, town.url(name), {}) for name in ("issuer", "wallet", "verifier", "hub")
    )
    return Walk(issuer, wallet, verifier, hub, "noor")


def walk_everywhere(town: TestTown, walk: Walk) -> None:
    """The flagship, then everything else that our own API offers."""
    name = "noor-of-the-contract"
    account = walk.wallet.post("/api/v1/accounts", {"name": name, "pin": PIN})
    token = walk.wallet.post("/api/v1/sessions", {"name": name, "pin": PIN})["token"]
    assert account["account"] and token
    walk.wallet = walk.wallet.bearing(token)
    walk.collect()
    asked, screen = walk.ask()
    walk.wallet.get(f"/api/v1/requests/{screen['id']}")
    walk.wallet.post(f"/api/v1/requests/{screen['id']}/choice", {})
    mandate = walk.grant(asked, screen)["id"]
    walk.wallet.post(f"/api/v1/mandates/{mandate}/receipt", {"pin": PIN})
    with suppress(Refused):
        walk.verifier.post(f"/api/v1/mandates/{mandate}/use", {})
    walk.use(mandate, "key-1")
    assert walk.refusal_of_use(mandate) == "mandate_already_used"
    assert walk.revoke_a_second_one() == "mandate_revoked"
    say_no_and_ask_plainly(walk)
    look_around(town, walk, mandate)


def say_no_and_ask_plainly(walk: Walk) -> None:
    _, refused = walk.ask()
    walk.wallet.post(f"/api/v1/requests/{refused['id']}/decline", {})
    vct = next(card["vct"] for card in walk.wallet.get("/api/v1/cards")["cards"] if "identity" in card["vct"])
    meta, claims = {"vct_values": [vct]}, [{"path": ["given_name"]}]
    wanted = {"id": "identity", "format": "dc+sd-jwt", "meta": meta, "claims": claims}
    started = walk.verifier.post("/api/v1/presentations", {"query": {"credentials": [wanted]}})
    screen = walk.wallet.post("/api/v1/requests", {"url": started["wallet_url"]})
    approval = {"pin": PIN, "digest": screen["digest"], "surplus": "accept"}
    walk.wallet.post(f"/api/v1/requests/{screen['id']}/approve", approval)
    assert walk.verifier.get(f"/api/v1/presentations/{started['id']}")["state"] == "submitted"
    with suppress(Refused):
        walk.verifier.get("/api/v1/presentations/unknown")
    with suppress(Refused):
        walk.verifier.post("/api/v1/presentations", {"surprise": 1})


def look_around(town: TestTown, walk: Walk, mandate: str) -> None:
    walk.issuer.get("/api/v1/personas")
    walk.verifier.get("/api/v1/services")
    walk.wallet.get("/api/v1/advice/averaging")
    walk.wallet.get("/api/v1/mandates")
    walk.wallet.get(f"/api/v1/mandates/{mandate}")
    walk.verifier.post(f"/api/v1/mandates/{mandate}/approach", {"service": "averaging", "channel": "letter"})
    asked = walk.wallet.post("/api/v1/rights/erasures", {"mandate_id": mandate, "pin": PIN})
    walk.wallet.get(f"/api/v1/rights/{asked['id']}")
    lines = walk.wallet.get("/api/v1/history")["history"]
    line = next(one for one in lines if one["kind"] == "request")
    walk.wallet.post("/api/v1/rights/reports", {"entry_id": line["id"]})
    walk.wallet.get("/api/v1/rights")
    card = next(one for one in walk.wallet.get("/api/v1/cards")["cards"] if one["renewable"])
    walk.wallet.post(f"/api/v1/cards/{card['id']}/renew", {"pin": PIN})
    by_hand(town, walk, f"/api/v1/history/{lines[0]['id']}", "DELETE")
    by_hand(town, walk, "/api/v1/export", "GET", **{"Eenmalig-Pin": PIN})


def by_hand(town: TestTown, walk: Walk, path: str, method: str, **headers: str) -> None:
    said = town.call("wallet", method, path, headers={**walk.wallet.headers, **headers})
    assert said.status_code in (200, 204), said.data


def revoke_one(town: TestTown) -> None:
    """The wallet gets its credentials encrypted, so the place comes from the issuer's own records."""
    database = Database(f"sqlite:///{town.place.var / 'issuer.db'}")
    with database.read() as connection:
        place = connection.execute(select(status_entries)).first()
    database.dispose()
    assert place is not None
    wanted = {
        "status_uri": f"{town.url('issuer')}/{place.organisation}/statuslists/{place.number}",
        "idx": place.idx,
    }
    assert town.call("issuer", "POST", "/api/v1/revocations", json=wanted).status_code == 204


def good_operations(ear: Ear, contracts: Mapping[str, Contract], service: str) -> Iterator[str]:
    for said in ear.heard:
        operation = contracts[service].operation(said) if said.service == service else None
        if operation is not None and said.status < 300:
            yield operation["operationId"]


def test_what_a_town_answers_is_what_the_documents_say(town, ear, walk):
    contracts = {service: Contract(service) for service in SERVICES}

    walk_everywhere(town, walk)
    revoke_one(town)

    own = [said for said in ear.heard if said.path.startswith("/api/")]
    others = [said for said in ear.heard if contracts[said.service].operation(said) and said not in own]
    assert len(own) > 40 and len(others) > 30
    for said in (*own, *others):
        contracts[said.service].require(said)
    for service in SERVICES:
        ours = {
            operation["operationId"]
            for path, item in contracts[service].document["paths"].items()
            for operation in item.values()
            if path.startswith("/api/")
        }
        assert ours - set(good_operations(ear, contracts, service)) == NOT_WALKED.get(service, set())


def test_an_answer_that_is_not_in_the_document_is_noticed():
    contract = Contract("issuer")
    good = {"offer": "x", "wallet_link": "x", "tx_code": None, "login": None, "expires_at": 1}

    def said(body: Mapping[str, Any], status: int = 201, kind: str = "application/json") -> Said:
        return Said("issuer", "POST", "/api/v1/offers", status, kind, json.dumps(body).encode())

    contract.require(said(good))
    for wrong in (good | {"expires_at": "soon"}, good | {"more": 1}, {"offer": "x"}):
        with pytest.raises(ValidationError):
            contract.require(said(wrong))
    with pytest.raises(AssertionError):
        contract.require(said(good, status=200))
    with pytest.raises(KeyError):
        contract.require(said(good, kind="text/html"))
