"""Builds an issuer and speaks to it as a wallet would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from flask import Flask
from sqlalchemy import func, select

from chassis.database import Database
from issuer.app import create_app
from issuer.config import Config
from issuer.files import read_organisations
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from openid4vc.vci.offer import CredentialOffer, OfferReference, parse_offer, parse_offer_url
from openid4vc.vci.proof import make_key_proof

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PUBLIC = "http://localhost:8001"
CLIENT, BACK = "eenmalig-wallet", "http://localhost:8002/cb"
STRANGER, STRANGERS_BACK = "stranger", "https://stranger.example/wallet/cb"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Place:
    """One issuer, what is trusted of it, and a wallet that is not signed in."""

    app: Flask
    clock: Clock
    database: Database
    trusted: TrustedIssuers
    anchors: tuple[Any, ...]
    keys: Keys
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def open(self, method: str, path: str, **options: Any) -> Any:
        """One request without cookies."""
        return self.app.test_client(use_cookies=False).open(path, method=method, base_url=PUBLIC, **options)

    def make_offer(self, *credentials: str, persona: str = "noor", **options: Any) -> dict[str, Any]:
        """An offer through the JSON API."""
        body = {"persona": persona, "credentials": list(credentials or ["identity"]), **options}
        answer = self.open("POST", "/api/v1/offers", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def read_offer(self, link: str) -> CredentialOffer:
        """By value or by reference."""
        found = parse_offer_url(link)
        if isinstance(found, OfferReference):
            return parse_offer(self.open("GET", found.uri.removeprefix(PUBLIC)).data)
        return found

    def token_answer(self, code: str, *, tx_code: str | None = None, tenant: str = "municipality") -> Any:
        """What the token endpoint says to this code."""
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
        return self.open("POST", f"/{tenant}/token", data=form | ({"tx_code": tx_code} if tx_code else {}))

    def access_token(self, *credentials: str, persona: str = "noor", tenant: str = "municipality") -> str:
        """A token for a fresh offer."""
        offered = self.make_offer(*credentials, persona=persona)
        code = self.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
        answer = self.token_answer(code, tx_code=offered["tx_code"], tenant=tenant)
        assert answer.status_code == 200, answer.text
        return answer.json["access_token"]

    def nonce(self, tenant: str = "municipality") -> str:
        """A fresh c_nonce."""
        return self.open("POST", f"/{tenant}/nonce").json["c_nonce"]

    def proof(self, nonce: str, *, key: SigningKey | None = None, tenant: str = "municipality") -> str:
        """A good key proof."""
        key = key or SigningKey.generate()
        return make_key_proof(key, audience=f"{PUBLIC}/{tenant}", nonce=nonce, iat=self.clock())

    def request_credential(
        self,
        token: str,
        *proofs: str,
        configuration: str = "identity",
        tenant: str = "municipality",
        **options: Any,
    ) -> Any:
        """One credential request."""
        body = {"credential_configuration_id": configuration, "proofs": {"jwt": list(proofs)}}
        options.setdefault("headers", {"Authorization": f"Bearer {token}"})
        return self.open("POST", f"/{tenant}/credential", json=options.pop("body", body), **options)

    def count(self, table: Any, *conditions: Any) -> int:
        """Rows of a table."""
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()


@dataclass(frozen=True)
class Keys:
    """Where the keys are, the root above them, and a wallet provider that the issuer believes."""

    folder: Path
    root: Certificate
    trust: Path
    provider: SigningKey
    provider_chain: tuple[Certificate, ...]


def make_keys(folder: Path) -> Keys:
    """A root, and a key with a leaf for every tenant."""
    root_key, day = SigningKey.generate(), NOON - timedelta(days=1)
    root = make_root(key=root_key, name="Test root", serial=1, now=day, days=3650)
    for number, organisation in enumerate(read_organisations(), start=2):
        key = SigningKey.generate()
        subject = LeafSubject(
            organisation=organisation.name.nl,
            common_name=organisation.name.nl,
            identifier=organisation.identifier,
            country="NL",
            uris=(f"{PUBLIC}/{organisation.path}",),
        )
        leaf = make_leaf(
            subject=subject,
            public=key.public,
            issuer=root,
            issuer_key=root_key,
            serial=number,
            now=day,
            days=365,
        )
        (folder / organisation.path).mkdir(parents=True)
        (folder / organisation.path / "key.pem").write_bytes(key.to_pem())
        (folder / organisation.path / "chain.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    return make_provider(folder, root)


def make_provider(folder: Path, root: Certificate) -> Keys:
    """A wallet provider under a root of its own, in the trust folder beside the keys."""
    root_key, key, day = SigningKey.generate(), SigningKey.generate(), NOON - timedelta(days=1)
    anchor = make_root(key=root_key, name="Wallet root", serial=1, now=day, days=3650)
    subject = LeafSubject(
        organisation="Walletmaker", common_name="Walletmaker", identifier="NTRNL-00000009", country="NL"
    )
    leaf = make_leaf(
        subject=subject,
        public=key.public,
        issuer=anchor,
        issuer_key=root_key,
        serial=2,
        now=day,
        days=3650,
    )
    trust = folder / "trust"
    trust.mkdir()
    (trust / "wallet-provider-anchors.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
    return Keys(folder, root, trust, key, (leaf,))


def make_config(folder: Path, keys: Keys, database_url: str, **changes: Any) -> Config:
    """Settings of a demonstration."""
    settings = {
        "public_url": PUBLIC,
        "database_url": database_url,
        "secret_file": folder / "secret",
        "bind_port": 8001,
        "demo": True,
        "keys_dir": keys.folder,
        "wallet_url": "http://localhost:8002",
        "trust_dir": keys.trust,
        "clients": (f"{CLIENT}={BACK}", f"{STRANGER}={STRANGERS_BACK}"),
    }
    return Config(**(settings | changes))


def make_place(
    folder: Path, keys: Keys, database_url: str, *, clock: Clock | None = None, **changes: Any
) -> Place:
    """The application on a migrated database, with a clock of its own unless it shares one."""
    trusted = TrustedIssuers(
        tuple(
            TrustedIssuer(
                id=f"{PUBLIC}/{each.path}",
                name=each.name.nl,
                vcts=frozenset(f"{PUBLIC}/{each.path}/vct/{kind.name}/1" for kind in each.types),
                anchors=(keys.root,),
            )
            for each in read_organisations()
        )
    )
    clock = clock or Clock()
    app = create_app(make_config(folder, keys, database_url, **changes), clock=clock)
    return Place(app, clock, Database(database_url), trusted, (keys.root,), keys)
