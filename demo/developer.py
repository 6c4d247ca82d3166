"""Commands for developers of other wallets, issuers and verifiers: JSON out, only public HTTP used."""

from __future__ import annotations

import json
import secrets
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chassis.outbound import Outbound
from demo.config import load
from demo.sign_in import sign_in_and_allow
from demo.town import Town
from demo.trouble import Trouble
from demo.web_client import Caller, Refused

PIN = "274951"


def caller(town: Town, service: str) -> Caller:
    """JSON calls to a service of this town."""
    return Caller(Outbound(load(town.environment("hub"))), town.url(service), {"Accept-Language": "en"})


def offer(chosen: Namespace, town: Town) -> dict[str, Any]:
    """A credential offer for somebody else's wallet."""
    wanted = {
        "persona": chosen.persona,
        "credentials": chosen.credentials,
        "grant": chosen.grant,
        "by_reference": chosen.by_reference,
        "tx_code": chosen.tx_code,
    }
    made = caller(town, "issuer").post("/api/v1/offers", wanted)
    return {"offer": made["offer"], "tx_code": made.get("tx_code"), "login": made.get("login")}


def request(chosen: Namespace, town: Town) -> dict[str, Any]:
    """A presentation request for somebody else's wallet."""
    wanted: dict[str, Any] = {"mode": chosen.mode, "method": chosen.method, "prefix": chosen.prefix}
    if chosen.mandate:
        wanted["mandate"] = True
    else:
        wanted["query"] = _query(chosen.query, town)
    if chosen.purpose:
        wanted["purpose"] = chosen.purpose
    made = caller(town, "verifier").post("/api/v1/presentations", wanted)
    return {"uri": made["uri"], "id": made["id"]}


def result(chosen: Namespace, town: Town) -> dict[str, Any]:
    """What became of a presentation request."""
    found = caller(town, "verifier").get(f"/api/v1/presentations/{chosen.id}")
    return {name: found.get(name) for name in ("state", "claims", "checks")}


def wallet_collect(chosen: Namespace, town: Town) -> dict[str, Any]:
    """Our wallet takes an offer; `--login` signs in at our issuer when the offer asks for it."""
    wallet = _signed_in(town)
    received = wallet.post("/api/v1/offers", {"offer": chosen.offer})
    path = f"/api/v1/offers/{received['id']}"
    if received.get("grant") != "code":
        accepted = {"pin": PIN, "tx_code": chosen.tx_code}
        return _only_known(wallet.post(f"{path}/accept", accepted))
    url = wallet.post(f"{path}/authorize", {})["authorization_url"]
    if not chosen.login:
        raise Trouble(f"This offer asks for a sign-in: add --login USER, or open {url}")
    redirect = sign_in_and_allow(url, chosen.login, root=town.root, callback=town.url("wallet"))
    return _only_known(wallet.post(f"{path}/complete", {"redirect": redirect, "pin": PIN}))


def wallet_answer(chosen: Namespace, town: Town) -> dict[str, Any]:
    """Our wallet answers a presentation request, or declines it."""
    wallet = _signed_in(town)
    screen = wallet.post("/api/v1/requests", {"url": chosen.request_uri})
    path = f"/api/v1/requests/{screen['id']}"
    if chosen.decline:
        return dict(wallet.post(f"{path}/decline", {}))
    if screen.get("missing"):
        raise Trouble(f"The wallet misses cards for: {', '.join(screen['missing'])}. Collect them first.")
    approval = {"pin": PIN, "digest": screen["digest"]}
    if chosen.accept_surplus:
        approval["surplus"] = "accept"
    return dict(wallet.post(f"{path}/approve", approval))


def wallet_list(_chosen: Namespace, town: Town) -> dict[str, Any]:
    """What our wallet holds."""
    held: Any = _signed_in(town).get("/api/v1/cards")
    return {"cards": held["cards"] if isinstance(held, dict) else held}


def anchors(_chosen: Namespace, town: Town) -> dict[str, Any]:
    """The roots that a stranger must trust to believe us, as PEM."""
    if town.remembered() is None:
        raise Trouble("There are no keys yet. Start once with 'make demo'.")
    listed = json.loads((town.own_trust / "issuers.json").read_text(encoding="utf-8"))["issuers"]
    found = {"issuers": sorted({pem for issuer in listed for pem in issuer["anchors"]})}
    for name in ("access", "registration", "wallet-provider"):
        path = town.own_trust / f"{name}-anchors.pem"
        found[name.replace("-", "_")] = [path.read_text(encoding="utf-8")] if path.exists() else []
    found["tls"] = [town.tls_root.read_text(encoding="utf-8")] if town.tls else []
    return found


def _query(path: str | None, town: Town) -> Any:
    if path is not None:
        try:
            return json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as failed:
            raise Trouble(f"Cannot read a DCQL query from {path}: {failed}") from None
    claims = [{"path": ["given_name"]}, {"path": ["family_name"]}]
    meta = {"vct_values": [f"{town.tenant_id('municipality')}/vct/identity/1"]}
    return {"credentials": [{"id": "identity", "format": "dc+sd-jwt", "meta": meta, "claims": claims}]}


def _signed_in(town: Town) -> Caller:
    """The developer's own account in our wallet; made at the first use, kept in var/developer.json."""
    wallet, note = caller(town, "wallet"), town.var / "developer.json"
    if note.exists():
        account = json.loads(note.read_text(encoding="utf-8"))
        try:
            return wallet.bearing(wallet.post("/api/v1/sessions", account)["token"])
        except Refused as refused:
            raise Trouble(
                f"The wallet does not know the account in {note} ({refused.code}). Remove that file."
            ) from None
    account = {"name": f"developer-{secrets.token_hex(4)}", "pin": PIN}
    token = wallet.post("/api/v1/accounts", account)["token"]
    note.touch(mode=0o600)
    note.write_text(json.dumps(account) + "\n", encoding="utf-8")
    return wallet.bearing(token)


def _only_known(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("cards", "deferred") if name in answer}
