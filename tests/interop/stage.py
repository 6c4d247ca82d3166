"""The demonstration with strangers on its trust lists, and those strangers as processes beside it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from ssl import create_default_context
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from cryptography import x509

from demo.processes import Children, prepare_folders, run_once
from demo.town import Town
from tests.interop.certificates import Authority, Party, self_signed, x5c_entry
from tests.processes import demo, free_base_port

HERE = Path(__file__).parent
PEERS = HERE / "peers"
PIN = "271828"
WALLET = "stranger-wallet"
CALLBACK = "http://localhost/stranger/callback"
OFFERS = (
    ("identity",),
    ("income-assessment-2022", "income-assessment-2023", "income-assessment-2024"),
    ("account-holder",),
)


class Said(Exception):
    """Somebody answered with an error; `body` is what it said."""

    def __init__(self, what: str, status: int, body: Any) -> None:
        super().__init__(f"{what}: {status} {json.dumps(body)[:600]}")
        self.status, self.body = status, body

    @property
    def code(self) -> str:
        """The error code in problem+json or OAuth JSON."""
        return str(self.body.get("code") or self.body.get("error")) if isinstance(self.body, dict) else ""


class StrangerFailed(Exception):
    """A stranger's program gave up; `error` is its library's own sentence."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(json.dumps(answer)[:2000])
        self.error = str(answer.get("error"))
        self.said = answer.get("said")


@dataclass(frozen=True)
class Caller:
    """JSON over HTTP to one service."""

    base: str
    token: str = ""
    root: Path | None = None

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self._call("POST", path, json.dumps(body).encode(), **headers)

    def _call(self, method: str, path: str, body: bytes | None, **headers: str) -> Any:
        sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        request = Request(self.base + path, data=body, method=method, headers=sent)
        tls = create_default_context(cafile=self.root) if self.root else None
        try:
            with urlopen(request, timeout=30, context=tls) as answer:
                return json.loads(answer.read() or b"null")
        except HTTPError as refused:
            content = refused.read()
            said = json.loads(content) if content[:1] == b"{" else content.decode(errors="replace")
            raise Said(f"{method} {path}", refused.code, said) from None


@dataclass(frozen=True)
class OpenTown(Town):
    """The town, whose issuer also knows the strangers' wallet; files say whom to believe, not the list."""

    def environment(self, name: str) -> dict[str, str]:
        listed = f"{name.upper()}_TRUST_LIST_URL"
        values = {key: value for key, value in Town.environment(self, name).items() if key != listed}
        if name != "issuer":
            return values
        known = f"{self.url('wallet')}={self.url('wallet')}/cb, {WALLET}={CALLBACK}"
        return values | {
            "ISSUER_CLIENTS": known,
            "ISSUER_TRUST_DIR": str(self.trust.resolve()),
            "ISSUER_UNREGISTERED_WALLETS": "false",
        }


@dataclass(frozen=True)
class Strangers:
    """Who the strangers are: authorities, keys and addresses."""

    issuer_port: int
    verifier_port: int
    issuers: Authority = field(default_factory=lambda: Authority("Stranger University"))
    access: Authority = field(default_factory=lambda: Authority("Stranger Employer"))
    providers: Authority = field(default_factory=lambda: Authority("Stranger Wallets"))
    nobody: Authority = field(default_factory=lambda: Authority("Nobody"))

    @property
    def issuer_id(self) -> str:
        return f"http://localhost:{self.issuer_port}/university"

    @property
    def vct(self) -> str:
        return f"{self.issuer_id}/vct/diploma/1"

    @property
    def verifier(self) -> str:
        return f"http://localhost:{self.verifier_port}"

    @property
    def origins(self) -> tuple[str, str]:
        return f"http://localhost:{self.issuer_port}", self.verifier

    def issuer_config(self, wallet_providers: str) -> dict[str, Any]:
        """What peers/issuer.mjs must know; the impostors are for the faults."""
        named = x509.UniformResourceIdentifier(self.issuer_id)
        other = x509.UniformResourceIdentifier(f"{self.issuer_id}/other")
        return {
            "port": self.issuer_port,
            "id": self.issuer_id,
            "signer": self.issuers.party("diplomas", named).for_node(),
            "wallet_providers": wallet_providers + self.providers.root_pem,
            "strangers": _impostors(self.issuers, self.nobody, (named,), other),
        }

    def verifier_config(self, anchors: str) -> dict[str, Any]:
        """What peers/verifier.mjs must know; `anchors` are those of the issuers that it trusts."""
        names = (x509.DNSName("localhost"), x509.UniformResourceIdentifier(self.verifier))
        return {
            "port": self.verifier_port,
            "anchors": anchors,
            "signer": self.access.party("personnel", *names).for_node(),
            "strangers": _impostors(self.access, self.nobody, names, x509.DNSName("example.org")),
        }


def _impostors(
    good: Authority, nobody: Authority, names: tuple[x509.GeneralName, ...], other: x509.GeneralName
) -> dict[str, Any]:
    found: dict[str, Party] = {
        "untrusted": nobody.party("impostor", *names),
        "self_signed": self_signed("impostor", *names),
        "expired": good.party("old", *names, expired=True),
        "another_name": good.party("colleague", other),
    }
    return {name: party.for_node() for name, party in found.items()} | {"root": x5c_entry(good.root)}


@dataclass(frozen=True)
class Stage:
    """Everybody, running."""

    town: Town
    strangers: Strangers
    our_issuer: Caller
    our_wallet: Caller
    our_verifier: Caller
    their_issuer: Caller
    their_verifier: Caller
    issuer_anchors: str
    access_anchors: str
    program: subprocess.Popen[str]

    def holder(self, command: str, **said: Any) -> dict[str, Any]:
        """Let the stranger's wallet do one thing; StrangerFailed when its library refuses."""
        answer = self.tried(command, **said)
        if "error" in answer:
            raise StrangerFailed(answer)
        return answer

    def tried(self, command: str, **said: Any) -> dict[str, Any]:
        """The same, with the library's sentence as `error` where it refuses."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps({"command": command, **said}) + "\n")
        self.program.stdin.flush()
        answer: dict[str, Any] = json.loads(self.program.stdout.readline())
        return answer

    def attester(self, authority: Authority) -> dict[str, Any]:
        """A wallet provider, as the stranger's wallet must know it to prove itself."""
        return {**authority.party("wallet provider").for_node(), "issuer": "https://wallets.example"}

    def last_audit(self, service: str, event: str) -> dict[str, Any]:
        """The last line of a service's log about this event: only there a refusal has its reason."""
        log = (self.town.logs / f"{service}.log").read_text(encoding="utf-8").splitlines()
        lines = [json.loads(line) for line in log if line.startswith("{")]
        found: dict[str, Any] = [line for line in lines if line.get("event") == event][-1]
        return found

    def citizen(self) -> Caller:
        """A new account in our wallet."""
        account = {"name": f"citizen-{secrets.token_hex(4)}", "pin": PIN}
        opened = self.our_wallet.post("/api/v1/accounts", account)
        return replace(self.our_wallet, token=opened["token"])

    def collected(self, citizen: Caller, offer: dict[str, Any]) -> dict[str, Any]:
        """Our wallet collects an offer."""
        received = citizen.post("/api/v1/offers", {"offer": offer["offer"]})
        accepted = {"pin": PIN, "tx_code": offer["tx_code"] or ""}
        answer: dict[str, Any] = citizen.post(f"/api/v1/offers/{received['id']}/accept", accepted)
        return answer

    def mandate_asked(self) -> dict[str, Any]:
        """Our desk asks for the mandate of the flagship scenario."""
        answer: dict[str, Any] = self.our_verifier.post("/api/v1/mandate-requests", {"service": "averaging"})
        return answer

    def diploma(self, *paths: list[Any], id: str = "diploma") -> dict[str, Any]:
        """A question for the strangers' own kind of credential."""
        asked = {"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [self.strangers.vct]}}
        return asked | ({"claims": [{"path": path} for path in paths]} if paths else {})

    def asked(self, *credentials: dict[str, Any], **wish: Any) -> dict[str, Any]:
        """The strangers' verifier asks: its link, and the id under which the tests read the outcome."""
        order = {"query": {"credentials": list(credentials)}, **wish}
        answer: dict[str, Any] = self.their_verifier.post("/test/requests", order)
        return answer

    def offered(self, *credentials: str, persona: str = "noor", **wish: Any) -> dict[str, Any]:
        """An offer of our issuer."""
        order = {"persona": persona, "credentials": list(credentials), **wish}
        answer: dict[str, Any] = self.our_issuer.post("/api/v1/offers", order)
        return answer


def read_trust(var: Path) -> tuple[str, str]:
    """The anchors of our issuers and of our verifier, as PEM."""
    listed = json.loads((var / "trust" / "issuers.json").read_text(encoding="utf-8"))["issuers"]
    issuers = "".join(dict.fromkeys(anchor for entry in listed for anchor in entry["anchors"]))
    return issuers, (var / "trust" / "access-anchors.pem").read_text(encoding="utf-8")


def trust(var: Path, strangers: Strangers) -> None:
    """Put the strangers' roots on the town's trust lists, before anything starts."""
    path = var / "trust" / "issuers.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    name = {"nl": "Vreemde universiteit", "en": "Stranger University"}
    entry = {
        "id": strangers.issuer_id,
        "name": name,
        "vcts": [strangers.vct],
        "anchors": [strangers.issuers.root_pem],
    }
    listed["issuers"].append(entry)
    path.write_text(json.dumps(listed), encoding="utf-8")
    for name, root in (
        ("access-anchors.pem", strangers.access.root_pem),
        ("wallet-provider-anchors.pem", strangers.providers.root_pem),
    ):
        with (var / "trust" / name).open("a", encoding="utf-8") as anchors:
            anchors.write(root)


def require_node() -> None:
    """Skip, loudly, where there is no node; without packages somebody forgot `npm ci`."""
    if shutil.which("node") is None:
        pytest.skip("INTEROP NOT PROVEN: node is not installed; strangers' software cannot run")
    if not (HERE / "node_modules").is_dir():
        pytest.fail(
            "tests/interop/node_modules is missing: use `make interop`, or `npm ci --ignore-scripts` there"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def node_environment(root: Path | None) -> dict[str, str]:
    """Strangers believe the TLS root of a town that has one."""
    return {**os.environ, **({"NODE_EXTRA_CA_CERTS": str(root)} if root else {})}


@contextmanager
def holding(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The stranger's wallet: one process that does what it is told, line by line."""
    program = ["node", str(PEERS / "holder.mjs")]
    pipe = subprocess.PIPE
    process = subprocess.Popen(program, stdin=pipe, stdout=pipe, text=True, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def stranger(
    program: str, config: dict[str, Any], folder: Path, environment: dict[str, str]
) -> Iterator[None]:
    """A Node service, ready when it says so."""
    path = folder / f"{program}.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(
            ["node", str(PEERS / f"{program}.mjs"), str(path)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", (folder / f"{program}.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def running_town(town: Town) -> Iterator[None]:
    """The four services with the town's own environment."""
    prepare_folders(town)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    run_once(town, environment, "migrate", "seed")
    children = Children(town)
    try:
        children.start(environment)
        children.wait_until_ready()
        yield
    finally:
        children.stop()


@contextmanager
def set_stage(folder: Path, *, tls: bool) -> Iterator[Stage]:
    """Prepare, trust, start; everything ends with the block."""
    base_port, strangers = free_base_port(), Strangers(free_port(), free_port())
    prepared = demo(folder / "var", base_port, *(["--tls"] if tls else []), "prepare")
    assert prepared.returncode == 0, prepared.stderr
    var = folder / "var" / "tls" if tls else folder / "var"
    town = OpenTown(var=var, base_port=base_port, tls=tls, extra_origins=strangers.origins)
    issuer_anchors, access_anchors = read_trust(var)
    wallet_providers = (var / "trust" / "own" / "wallet-provider-anchors.pem").read_text(encoding="utf-8")
    trust(var, strangers)
    config = strangers.verifier_config(issuer_anchors + strangers.issuers.root_pem)
    environment = node_environment(town.root)
    with (
        stranger("issuer", strangers.issuer_config(wallet_providers), folder, environment),
        stranger("verifier", config, folder, environment),
        running_town(town),
        holding(environment) as program,
    ):
        yield Stage(
            town=town,
            strangers=strangers,
            our_issuer=Caller(town.url("issuer"), root=town.root),
            our_wallet=Caller(town.url("wallet"), root=town.root),
            our_verifier=Caller(town.url("verifier"), root=town.root),
            their_issuer=Caller(f"http://localhost:{strangers.issuer_port}"),
            their_verifier=Caller(strangers.verifier),
            issuer_anchors=issuer_anchors,
            access_anchors=access_anchors,
            program=program,
        )
