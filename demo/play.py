"""Walks the flagship without a browser, only through the services' public HTTP."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chassis.outbound import Outbound
from demo.config import load
from demo.town import SERVICES, Town
from demo.trouble import Trouble
from demo.web_client import Caller, Door, Refused, is_ready

OFFERS = (
    ["identity"],
    ["income-assessment-2022", "income-assessment-2023", "income-assessment-2024"],
    ["account-holder"],
)
CALLED = ("issuer", "wallet", "verifier", "hub")
PIN = "274951"


@dataclass(slots=True)
class Walk:
    """One citizen's way through the scenario, with the time that each step took."""

    issuer: Caller
    wallet: Caller
    verifier: Caller
    hub: Caller
    persona: str
    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step, wall time in milliseconds."""
        began = time.monotonic()
        yield
        self.ms[name] = round((time.monotonic() - began) * 1000, 1)

    def open_wallet(self) -> None:
        """Step 2: a new account with a PIN."""
        account = {"name": f"{self.persona}-{secrets.token_hex(4)}", "pin": PIN}
        self.wallet = self.wallet.bearing(self.wallet.post("/api/v1/accounts", account)["token"])

    def collect(self) -> list[str]:
        """Step 3: three organisations, each with its own offer and transaction code."""
        vcts: list[str] = []
        for number, credentials in enumerate(OFFERS):
            wanted = {"persona": self.persona, "credentials": credentials, "tx_code": True}
            offered = self.issuer.post("/api/v1/offers", {**wanted, "by_reference": number == 1})
            received = self.wallet.post("/api/v1/offers", {"offer": offered["offer"]})
            accepted = {"pin": PIN, "tx_code": offered["tx_code"]}
            cards = self.wallet.post(f"/api/v1/offers/{received['id']}/accept", accepted)["cards"]
            vcts += [card["vct"] for card in cards]
        return vcts

    def ask(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Step 4: the desk asks; the wallet fetches and checks the signed request."""
        asked = self.verifier.post("/api/v1/mandate-requests", {"service": "averaging"})
        return asked, self.wallet.post("/api/v1/requests", {"url": asked["wallet_url"]})

    def grant(self, asked: Mapping[str, Any], screen: Mapping[str, Any]) -> dict[str, Any]:
        """Steps 5 and 6: approve exactly this screen, return with the response code."""
        approval = {"pin": PIN, "digest": screen["digest"]}
        approved = self.wallet.post(f"/api/v1/requests/{screen['id']}/approve", approval)
        (code,) = parse_qs(urlsplit(approved["redirect_uri"]).query)["response_code"]
        returned = {"transaction": asked["transaction"], "response_code": code}
        completed = self.verifier.post(f"/api/v1/mandate-requests/{asked['id']}/complete", returned)
        mandate: dict[str, Any] = completed["mandate"]
        return mandate

    def use(self, mandate_id: str, key: str) -> dict[str, Any]:
        """Step 7: the desk files the request with the authority."""
        headers = {"Idempotency-Key": key}
        used: dict[str, Any] = self.verifier.post(f"/api/v1/mandates/{mandate_id}/use", {}, **headers)
        return used

    def refusal_of_use(self, mandate_id: str) -> str:
        """The error code of a use that must not succeed."""
        try:
            self.use(mandate_id, secrets.token_urlsafe(16))
        except Refused as refused:
            return refused.code
        raise Trouble(f"A use of mandate {mandate_id} succeeded that had to be refused.")

    def revoke_a_second_one(self) -> str:
        """Grant once more, withdraw, and see what a use says then."""
        asked, screen = self.ask()
        second = self.grant(asked, screen)
        self.wallet.post(f"/api/v1/mandates/{second['id']}/withdraw", {"pin": PIN})
        return self.refusal_of_use(second["id"])


def play(town: Town, *, persona: str) -> dict[str, Any]:
    """The eight steps; the result's members are described in docs/play.md.

    Raises Trouble when the services do not run, Refused when one says no where it should not.
    """
    silent = [service.name for service in SERVICES if not is_ready(town.port(service.name), root=town.root)]
    if silent:
        raise Trouble(f"Not running: {', '.join(silent)}. Start everything first with 'make demo DETACH=1'.")
    return walk(Outbound(load(town.environment("hub"))), town.urls(), persona)


def walk(door: Door, urls: Mapping[str, str], persona: str) -> dict[str, Any]:
    """The eight steps through any door, so that tests can bring their own wire."""
    issuer, wallet, verifier, hub = (Caller(door, urls[name], {}) for name in CALLED)
    the = Walk(issuer, wallet, verifier, hub, persona)
    with the.step("1_question"):
        scenario = the.hub.get("/api/v1/scenarios/averaging")
    with the.step("2_account"):
        the.open_wallet()
    with the.step("3_collect"):
        credentials = the.collect()
    with the.step("4_request"):
        asked, screen = the.ask()
    with the.step("5_6_grant"):
        mandate = the.grant(asked, screen)
    with the.step("7_use"):
        decision = _use_twice_with_one_key(the, mandate["id"])
    with the.step("7_second_use"):
        second_use = the.refusal_of_use(mandate["id"])
    with the.step("8_citizen"):
        state = the.wallet.get(f"/api/v1/mandates/{mandate['id']}")["state"]
    with the.step("8_withdraw"):
        revoked_use = the.revoke_a_second_one()
    result = {
        "scenario": scenario["id"],
        "question": scenario["question"]["en"],
        "persona": persona,
        "credentials": credentials,
        "shared": {query: sorted(row["claims"]) for query, row in screen["shared"].items()},
        "not_shared": screen["not_shared"],
        "mandate": {"id": mandate["id"], "state": state},
        "decision": {"refund_eur": decision["refund_eur"], "years": decision["years"]},
        "steps": [step["en"] for step in decision["steps"]],
        "second_use": second_use,
        "revoked_use": revoked_use,
        "ms": the.ms,
    }
    the.hub.post("/api/v1/plays", {key: result[key] for key in RECORDED})
    return result


RECORDED = ("scenario", "persona", "mandate", "decision", "second_use", "revoked_use", "ms")


def _use_twice_with_one_key(the: Walk, mandate_id: str) -> dict[str, Any]:
    key = secrets.token_urlsafe(16)
    first, again = the.use(mandate_id, key), the.use(mandate_id, key)
    if first != again:
        raise Trouble("The same request with the same idempotency key got another answer.")
    decision: dict[str, Any] = first["decision"]
    return decision


def as_text(result: Mapping[str, Any]) -> str:
    """What happened, in lines for a person."""
    shared = "\n".join(f"     {query}: {', '.join(claims)}" for query, claims in result["shared"].items())
    kept = "\n".join(
        f"     {vct.rsplit('/vct/')[-1]}: {', '.join(paths)}"
        for vct, paths in result["not_shared"].items()
        if paths
    )
    steps = "\n".join(f"     {step}" for step in result["steps"])
    times = ", ".join(f"{name} {ms:.0f} ms" for name, ms in result["ms"].items())
    decision, mandate = result["decision"], result["mandate"]
    return "\n".join(
        [
            f"1. The question: {result['question']}",
            f"2. {result['persona']} opened a wallet with a PIN.",
            f"3. Collected {len(result['credentials'])} cards.",
            "4. The desk asked; the wallet checked the signed request.",
            f"5. Shared:\n{shared}\n   Not shared:\n{kept}",
            f"6. Mandate {mandate['id']} granted.",
            f"7. The desk filed the request; the authority decided: EUR {decision['refund_eur']}\n{steps}",
            f"   A second use was refused: {result['second_use']}",
            f"8. The mandate is now {mandate['state']}.",
            f"   Using one that was withdrawn was refused: {result['revoked_use']}",
            f"Times: {times}",
        ]
    )
