"""Everybody around one verifier: issuers with keys and cards, the desk's certificate, and its settings."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from chassis.clock import system_clock
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from schemes.averaging import Cohort, levy
from verifier.config import Config

BSN = "999990019"
INCOMES = {2022: 40_000, 2023: 100_000, 2024: 40_000}
VCTS = {
    "municipality": ("identity",),
    "tax-authority": ("income-assessment",),
    "bank": ("account-holder", "balance-statement"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a key and a chain."""

    key: SigningKey = field(repr=False)
    chain: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A credential as its holder keeps it."""

    issued: str
    key: SigningKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class World:
    """One town: it lives in a folder, at two origins of this machine."""

    folder: Path
    own: str
    issuer: str
    parties: Mapping[str, Party]
    cards: Mapping[str, Card]
    ttl: int = 900

    @property
    def port(self) -> int:
        """Where the verifier says that it listens."""
        return int(self.own.rpartition(":")[2])

    def config(self, database_url: str, **changed: Any) -> Config:
        """The settings of a verifier in this town."""
        return Config(**(self.settings(database_url) | changed))

    def settings(self, database_url: str) -> dict[str, Any]:
        """Every setting by its name."""
        return {
            "public_url": self.own,
            "database_url": database_url,
            "secret_file": self.folder / "secret",
            "bind_port": self.port,
            "demo": True,
            "response_mode": "direct_post",
            "http_origins": (self.own, self.issuer),
            "keys_dir": self.folder / "keys",
            "trust_dir": self.folder / "trust",
            "issuer_url": self.issuer,
            "wallet_url": self.issuer,
            "log_level": "ERROR",
        }

    def status_token(self, tenant: str) -> str:
        """Nobody is revoked."""
        by, now = self.parties[tenant], system_clock()
        return sign_status_list_token(
            StatusList.empty(2, 1024),
            uri=f"{self.issuer}/{tenant}/statuslists/1",
            key=by.key,
            chain=by.chain,
            iat=now - timedelta(seconds=5),
            exp=now + timedelta(days=1),
            ttl=self.ttl,
        )


def make_world(folder: Path, *, own: str, issuer: str, ttl: int = 900) -> World:
    """Write the keys and trust lists that a verifier reads at start."""
    now = system_clock()
    issuers_ca, access_ca = _root("soak issuers", now), _root("soak access", now)
    parties = {
        name: _party(issuers_ca, (name, f"NTRNL-0000000{number}", f"{issuer}/{name}"), now)
        for number, name in enumerate(VCTS, start=2)
    }
    desk = _party(access_ca, ("Geldloket Voorbeeldstad", "NTRNL-00000001", own), now)
    trusted = TrustedIssuers(
        tuple(
            TrustedIssuer(
                id=f"{issuer}/{name}",
                name=name,
                vcts=frozenset(f"{issuer}/{name}/vct/{vct}/1" for vct in vcts),
                anchors=issuers_ca.chain,
            )
            for name, vcts in VCTS.items()
        )
    )
    _write(folder / "keys" / "desk", {"key.pem": desk.key.to_pem(), "chain.pem": _pem(desk.chain)})
    trust = {"issuers.json": trusted.to_json(), "access-anchors.pem": _pem(access_ca.chain)}
    _write(folder / "trust", trust)
    cards = {name: _card(issuer, parties, *what, now=now) for name, what in _all_claims(now).items()}
    return World(folder, own, issuer, parties, cards, ttl)


def _root(name: str, now: datetime) -> Party:
    key = SigningKey.generate()
    serial = secrets.randbits(150)
    return Party(key, (make_root(key=key, name=name, serial=serial, now=now - timedelta(days=9), days=400),))


def _party(root: Party, names: tuple[str, str, str], now: datetime) -> Party:
    name, identifier, uri = names
    key = SigningKey.generate()
    leaf = make_leaf(
        subject=LeafSubject(
            organisation=name, common_name=name, identifier=identifier, uris=(uri,), dns=("localhost",)
        ),
        public=key.public,
        issuer=root.chain[0],
        issuer_key=root.key,
        serial=secrets.randbits(150),
        now=now - timedelta(days=8),
        days=300,
    )
    return Party(key, (leaf,))


def _card(
    issuer: str,
    parties: Mapping[str, Party],
    tenant: str,
    vct: str,
    claims: dict[str, Any],
    *,
    now: datetime,
) -> Card:
    by, holder = parties[tenant], SigningKey.generate()
    plain = {
        "iss": f"{issuer}/{tenant}",
        "vct": f"{issuer}/{tenant}/vct/{vct}/1",
        "iat": int((now - timedelta(days=3)).timestamp()),
        "exp": int((now + timedelta(days=90)).timestamp()),
        "cnf": {"jwk": holder.public.jwk()},
        "status": {
            "status_list": {"idx": secrets.randbelow(1024), "uri": f"{issuer}/{tenant}/statuslists/1"}
        },
    }
    issued = issue_sd_jwt_vc(
        plain | claims,
        disclosable=[(name,) for name in claims],
        key=by.key,
        chain=by.chain,
        random_bytes=secrets.token_bytes,
    )
    return Card(issued, holder)


def _all_claims(now: datetime) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """The five cards of the flagship, by query id."""
    name = {"given_name": "Noor", "family_name": "de Vries", "birthdate": "1984-03-02"}
    account = {
        "iban": "NL02VBLD0123456789",
        "tenaamstelling": "Noor de Vries",
        "rekeningsoort": "betaalrekening",
    }
    found: dict[str, tuple[str, str, dict[str, Any]]] = {
        "identity": ("municipality", "identity", name | {"personal_administrative_number": BSN}),
        "account": ("bank", "account-holder", account),
    }
    dated = (now - timedelta(days=200)).date().isoformat()
    for year in INCOMES:
        found[f"assessment_{year}"] = ("tax-authority", "income-assessment", _assessment(year, dated))
    return found


def _assessment(year: int, dated: str) -> dict[str, Any]:
    tax = levy(INCOMES[year], year, Cohort.BELOW_AOW)
    return {
        "bsn": BSN,
        "jaar": year,
        "dagtekening": dated,
        "aanslagstatus": "definitief",
        "belastbaar_inkomen_werk_en_woning": INCOMES[year],
        "inkomstenbelasting_box1": tax.income_tax,
        "premie_volksverzekeringen": tax.premium,
        "tariefsaanpassing": 0,
        "binnenlands_belastingplichtig_heel_jaar": True,
        "jaar_al_gebruikt_voor_middeling": False,
        "aow_cohort": "below_aow",
        "heffingskortingen": 3000,
    }


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _pem(chain: tuple[Certificate, ...]) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)
