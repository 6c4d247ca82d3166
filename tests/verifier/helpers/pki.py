"""Keys, certificates and trust lists that live as long as one test run."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ISSUER = "http://localhost:8001"
OWN = "http://localhost:8003"
VCTS = {
    "municipality": ("identity",),
    "tax-authority": ("income-assessment",),
    "bank": ("account-holder", "balance-statement"),
}


@dataclass(frozen=True)
class Party:
    """Somebody with a key and a chain."""

    key: SigningKey
    chain: tuple[Certificate, ...]


@dataclass(frozen=True)
class Ca:
    """A root with its key."""

    key: SigningKey
    root: Certificate

    @classmethod
    def new(cls, name: str) -> "Ca":
        key = SigningKey.generate()
        root = make_root(
            key=key, name=name, serial=secrets.randbits(150), now=NOON - timedelta(days=9), days=400
        )
        return cls(key, root)

    def party(
        self, name: str, identifier: str, uri: str, *, dns: tuple[str, ...] = (), past_days: int = 8
    ) -> Party:
        key = SigningKey.generate()
        leaf = make_leaf(
            subject=LeafSubject(
                organisation=name, common_name=name, identifier=identifier, uris=(uri,), dns=dns
            ),
            public=key.public,
            issuer=self.root,
            issuer_key=self.key,
            serial=secrets.randbits(150),
            now=NOON - timedelta(days=past_days),
            days=300,
        )
        return Party(key, (leaf,))


@dataclass(frozen=True)
class Pki:
    """Everybody's certificates, and one authority that nobody trusts."""

    issuers_ca: Ca
    access_ca: Ca
    foreign_ca: Ca
    issuers: dict[str, Party]
    desk: Party
    authority: Party
    receipts: Party

    @classmethod
    def new(cls) -> "Pki":
        issuers_ca, access_ca = Ca.new("test issuers"), Ca.new("test access")
        issuers = {
            name: issuers_ca.party(name, f"NTRNL-0000000{number}", f"{ISSUER}/{name}")
            for number, name in enumerate(VCTS, start=2)
        }
        desk = access_ca.party("Geldloket Voorbeeldstad", "NTRNL-00000001", OWN, dns=("localhost",))
        authority = access_ca.party("Belastingdienst (voorbeeld)", "NTRNL-00000002", OWN)
        receipts = issuers_ca.party("Geldloket Voorbeeldstad", "NTRNL-00000001", f"{OWN}/receipts")
        return cls(issuers_ca, access_ca, Ca.new("foreign"), issuers, desk, authority, receipts)

    def trusted(self) -> TrustedIssuers:
        issuers = [
            TrustedIssuer(
                id=f"{ISSUER}/{name}",
                name=name,
                vcts=frozenset(f"{ISSUER}/{name}/vct/{vct}/1" for vct in vcts),
                anchors=(self.issuers_ca.root,),
            )
            for name, vcts in VCTS.items()
        ]
        return TrustedIssuers((*issuers, self._receipts()))

    def _receipts(self) -> TrustedIssuer:
        vct = f"{OWN}/vct/mandate-receipt/1"
        return TrustedIssuer(f"{OWN}/receipts", "desk", frozenset([vct]), (self.issuers_ca.root,))

    def write(self, folder: Path) -> None:
        """The folders that the service reads at start."""
        trust = folder / "trust"
        trust.mkdir(parents=True)
        for name, party in (("desk", self.desk), ("authority", self.authority), ("receipts", self.receipts)):
            keys = folder / "keys" / name
            keys.mkdir(parents=True)
            (keys / "key.pem").write_bytes(party.key.to_pem())
            (keys / "chain.pem").write_bytes(_pem(*party.chain))
        (trust / "issuers.json").write_bytes(self.trusted().to_json())
        (trust / "access-anchors.pem").write_bytes(_pem(self.access_ca.root))


def _pem(*certificates: Certificate) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)
