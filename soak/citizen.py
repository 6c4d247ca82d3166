"""A citizen with a quick wallet: reads the question, signs the answer, and the statements afterwards."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from chassis.clock import system_clock
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from soak.world import World

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read; an empty object when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def retry_after(self) -> str:
        """When to come back, if the answer says so."""
        found = (value for name, value in self.headers.items() if name.lower() == "retry-after")
        return next(found, "")

    @property
    def code(self) -> str:
        """The problem's code, or nothing."""
        found = self.json()
        return str(found.get("code", found.get("error", ""))) if isinstance(found, dict) else ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, ready to be sent and to be sent again."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Send = Callable[[Call], Said]


class Unexpected(Exception):
    """An answer that this step of the trial cannot go on with."""

    def __init__(self, step: str, said: Said) -> None:
        super().__init__(f"{step}: {said.status} {said.body[:300]!r}")
        self.said = said


@dataclass(frozen=True, slots=True)
class Opened:
    """A transaction as its caller knows it."""

    id: str
    mandate_id: str
    transaction: str
    wallet_url: str


@dataclass(frozen=True, slots=True)
class Citizen:
    """Noor, with all five cards."""

    world: World
    held: dict[str, tuple[HeldSdJwt, Any]] = field(default_factory=dict)

    def opens(self, send: Send) -> Opened:
        """Start a request for the flagship mandate."""
        said = send(Call("POST", "/api/v1/mandate-requests", b'{"service":"averaging"}', JSON))
        found = _need(said, "open", 201).json()
        return Opened(*(str(found[name]) for name in ("id", "mandate_id", "transaction", "wallet_url")))

    def signs(self, send: Send, opened: Opened) -> Call:
        """Fetch the request object and sign the answer to it."""
        said = _need(send(Call("POST", f"/oid4vp/request/{opened.id}")), "fetch", 200)
        request = parse_jws(said.body.decode(), expected_typ=REQUEST_OBJECT_TYP).claims()
        wanted = request["dcql_query"]["credentials"]
        token = {one["id"]: [self._present(request, one)] for one in wanted}
        form = urlencode({"vp_token": json.dumps(token), "state": request["state"]}).encode()
        return Call("POST", "/oid4vp/response", form, FORM)

    def claims(self, opened: Opened, answered: Said) -> Call:
        """What the citizen's browser sends when it comes back."""
        code = parse_qs(urlsplit(answered.json()["redirect_uri"]).query)["response_code"][0]
        body = json.dumps({"transaction": opened.transaction, "response_code": code}).encode()
        return Call("POST", f"/api/v1/mandate-requests/{opened.id}/complete", body, JSON)

    def grants(self, send: Send) -> Opened:
        """A mandate that may be used now."""
        opened = self.opens(send)
        answered = _need(send(self.signs(send, opened)), "grant", 200)
        _need(send(self.claims(opened, answered)), "complete", 200)
        return opened

    def withdraws(self, opened: Opened) -> Call:
        """The statement of the key that granted."""
        path = f"/mandates/{opened.mandate_id}/revoke"
        claims = {
            "aud": self.world.own + path,
            "mandate_id": opened.mandate_id,
            "iat": int(system_clock().timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        key = self.world.cards["identity"].key
        statement = sign_jws(claims, typ="eenmalig-revocation+jwt", key=key)
        return Call("POST", path, urlencode({"statement": statement}).encode(), FORM)

    def _present(self, request: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
        name = wanted["id"]
        if name not in self.held:
            card = self.world.cards[name]
            self.held[name] = (HeldSdJwt(card.issued), card.key)
        held, key = self.held[name]
        how: dict[str, Any] = {}
        if name == "identity":
            jti = secrets.token_urlsafe(16)
            how = {"transaction_data": request["transaction_data"], "send_alg": True, "jti": jti}
        return present(
            held.select([tuple(claim["path"]) for claim in wanted["claims"]]),
            key=key,
            audience=request["client_id"],
            nonce=request["nonce"],
            iat=system_clock(),
            **how,
        )


def use(mandate_id: str, key: str) -> Call:
    """The desk acts, under an idempotency key."""
    return Call("POST", f"/api/v1/mandates/{mandate_id}/use", b"", {"Idempotency-Key": key})


def read(mandate_id: str) -> Call:
    """State and times."""
    return Call("GET", f"/mandates/{mandate_id}")


def _need(said: Said, step: str, status: int) -> Said:
    if said.status != status:
        raise Unexpected(step, said)
    return said
