"""The demonstration's own certificate authority: made once, for the addresses of one town."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from consent.receipts import receipt_vct
from demo.town import TENANTS, Town
from demo.trouble import Trouble
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from openid4vc.trust.lists import LIST_SIGNING

ROOT_DAYS, LEAF_DAYS = 3650, 825


@dataclass(frozen=True, slots=True)
class Organisation:
    """Somebody who gets a certificate."""

    path: str
    identifier: str
    name: str
    name_en: str
    vcts: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


DESK = Organisation("desk", "NTRNL-00000001", "Geldloket Voorbeeldstad", "Geldloket Voorbeeldstad")
RECEIPTS = Organisation("receipts", DESK.identifier, DESK.name, DESK.name_en)
REGISTER = Organisation("register", "NTRNL-00000005", "Register (voorbeeld)", "Register (example)")
PROVIDER = Organisation(
    "provider", "NTRNL-00000006", "Walletaanbieder (voorbeeld)", "Wallet provider (example)"
)
TRUST_AUTHORITY = Organisation(
    "trust-list",
    "NTRNL-00000007",
    "Vertrouwenslijst (voorbeeld)",
    "Trust list (example)",
    purposes=(LIST_SIGNING,),
)
ISSUERS = {
    "municipality": Organisation(
        "municipality",
        "NTRNL-00000003",
        "Gemeente Voorbeeldstad",
        "Municipality of Voorbeeldstad",
        ("identity",),
    ),
    "tax-authority": Organisation(
        "tax-authority",
        "NTRNL-00000002",
        "Belastingdienst (voorbeeld)",
        "Tax Authority (example)",
        ("income-assessment",),
    ),
    "bank": Organisation(
        "bank",
        "NTRNL-00000004",
        "Voorbeeldbank",
        "Example Bank",
        ("account-holder", "balance-statement"),
    ),
}


@dataclass(frozen=True, slots=True)
class Authority:
    """A root that signs leaves; its key is used here and never stored."""

    key: SigningKey
    certificate: Certificate

    @classmethod
    def new(cls, name: str, now: datetime) -> Authority:
        """A fresh root under its own name."""
        key = SigningKey.generate()
        root = make_root(key=key, name=name, serial=secrets.randbits(159), now=now, days=ROOT_DAYS)
        return cls(key, root)

    def leaf(self, subject: LeafSubject, public: PublicKey, now: datetime) -> Certificate:
        """A certificate for one organisation's signing key."""
        return make_leaf(
            subject=subject,
            public=public,
            issuer=self.certificate,
            issuer_key=self.key,
            serial=secrets.randbits(159),
            now=now,
            days=LEAF_DAYS,
        )


def seed(town: Town, *, now: datetime) -> bool:
    """Make keys, certificates and trust lists unless they are there; say whether they were made.

    Raises Trouble when the folder holds keys for other addresses: an issuer's certificate names its address.
    """
    remembered = town.remembered()
    if remembered == town.urls():
        return False
    if remembered is not None:
        raise Trouble(
            f"{town.var} was made for {remembered['hub']}, not {town.url('hub')}. "
            "Leave BASE_PORT and LAN out to go on there, or run 'make reset' to begin anew elsewhere."
        )
    issuers = Authority.new("Eenmalig demonstration issuers root", now)
    for tenant in TENANTS:
        _certify(town.keys / "issuer" / tenant, ISSUERS[tenant], issuers, town.tenant_id(tenant), now)
    _certify(town.keys / "verifier" / RECEIPTS.path, RECEIPTS, issuers, town.receipts_id(), now)
    _write_issuers(town, issuers.certificate)
    for root, anchors, signers in _others(town):
        authority = Authority.new(f"Eenmalig demonstration {root} root", now)
        for folder, who, service in signers:
            _certify(folder, who, authority, town.url(service), now)
        (town.own_trust / anchors).write_bytes(_pem([authority.certificate]))
    if town.tls:
        _certify_host(town, Authority.new("Eenmalig demonstration TLS root", now), now)
    town.remember()
    return True


Signers = tuple[tuple[Path, Organisation, str], ...]


def _others(town: Town) -> Sequence[tuple[str, str, Signers]]:
    """Who else signs: the name of a root, the file that trusts it, and who is below it at which service."""
    hub, verifier = town.keys / "hub", town.keys / "verifier"
    deciding = (verifier / "authority", ISSUERS["tax-authority"], "verifier")
    return (
        ("access", "access-anchors.pem", ((verifier / DESK.path, DESK, "verifier"), deciding)),
        ("registration", "registration-anchors.pem", ((hub / "register", REGISTER, "hub"),)),
        (
            "wallet provider",
            "wallet-provider-anchors.pem",
            ((town.keys / "wallet" / "provider", PROVIDER, "wallet"),),
        ),
        ("trust list", "trust-list-signer.pem", ((hub / "trust-list", TRUST_AUTHORITY, "hub"),)),
    )


def _certify(folder: Path, who: Organisation, authority: Authority, uri: str, now: datetime) -> None:
    key = SigningKey.generate()
    subject = LeafSubject(
        organisation=who.name,
        common_name=who.name,
        identifier=who.identifier,
        country="NL",
        uris=(uri,),
        dns=(uri.split("//")[1].split(":")[0].split("/")[0],),
        purposes=who.purposes,
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_secret(folder / "key.pem", key.to_pem())
    (folder / "chain.pem").write_bytes(_pem([authority.leaf(subject, key.public, now)]))


def _certify_host(town: Town, authority: Authority, now: datetime) -> None:
    key = SigningKey.generate()
    subject = LeafSubject(
        organisation="Eenmalig",
        common_name=town.host,
        identifier="NTRNL-00000000",
        country="NL",
        dns=(town.host,),
    )
    folder = town.keys / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_secret(folder / "key.pem", key.to_pem())
    (folder / "chain.pem").write_bytes(_pem([authority.leaf(subject, key.public, now)]))
    town.tls_root.parent.mkdir(parents=True, exist_ok=True)
    town.tls_root.write_bytes(_pem([authority.certificate]))


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _pem(certificates: Sequence[Certificate]) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def listed(town: Town) -> dict[str, tuple[Organisation, tuple[str, ...]]]:
    """Every issuer that the town believes, by its identifier, with the types that it may issue."""
    tenants = {
        town.tenant_id(tenant): (
            ISSUERS[tenant],
            tuple(f"{town.tenant_id(tenant)}/vct/{vct}/1" for vct in ISSUERS[tenant].vcts),
        )
        for tenant in TENANTS
    }
    return tenants | {town.receipts_id(): (RECEIPTS, (receipt_vct(town.url("verifier")),))}


def _write_issuers(town: Town, root: Certificate) -> None:
    town.own_trust.mkdir(parents=True, exist_ok=True)
    entries = [
        {
            "id": issuer,
            "name": {"nl": who.name, "en": who.name_en},
            "vcts": list(vcts),
            "anchors": [_pem([root]).decode()],
        }
        for issuer, (who, vcts) in listed(town).items()
    ]
    (town.own_trust / "issuers.json").write_text(
        json.dumps({"issuers": entries}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
