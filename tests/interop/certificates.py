"""The strangers' own authority: made here from scratch, so that no certificate looks like one of ours."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
SIGNS_CERTIFICATES = {"key_cert_sign": True, "crl_sign": True, "digital_signature": False}
SIGNS_MESSAGES = {"key_cert_sign": False, "crl_sign": False, "digital_signature": True}


@dataclass(frozen=True)
class Party:
    """A key with its certificates, leaf first and without the anchor."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    def for_node(self) -> dict[str, Any]:
        """The private key as a JWK and the chain as x5c."""
        return {"key": jwk(self.key), "x5c": [x5c_entry(one) for one in self.chain]}


@dataclass(frozen=True)
class Authority:
    """A root with one authority below it, which signs the leaves."""

    name: str
    root_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: new_key())
    middle_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: new_key())
    root: x509.Certificate = field(init=False)
    middle: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        name = _name(f"{self.name} root", "")
        root = _sign(name, self.root_key, name, self.root_key, SIGNS_CERTIFICATES)
        below = _name(f"{self.name} issuing CA", "")
        middle = _sign(below, self.middle_key, name, self.root_key, SIGNS_CERTIFICATES, path_length=0)
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "middle", middle)

    def party(self, common_name: str, *names: x509.GeneralName, expired: bool = False) -> Party:
        """A leaf below the middle authority, valid from yesterday, or until yesterday."""
        key = new_key()
        subject = _name(common_name, self.name)
        leaf = _sign(
            subject, key, self.middle.subject, self.middle_key, SIGNS_MESSAGES, names=names, expired=expired
        )
        return Party(key, (leaf, self.middle))

    @property
    def root_pem(self) -> str:
        """The anchor as others put it on their trust lists."""
        return self.root.public_bytes(Encoding.PEM).decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def self_signed(common_name: str, *names: x509.GeneralName) -> Party:
    """Somebody who vouches only for himself."""
    key, name = new_key(), _name(common_name, common_name)
    return Party(key, (_sign(name, key, name, key, SIGNS_MESSAGES, names=names),))


def x5c_entry(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.private_numbers()
    public = numbers.public_numbers
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _b64(public.x),
        "y": _b64(public.y),
        "d": _b64(numbers.private_value),
    }


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _name(common_name: str, organisation: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if organisation:
        attributes += [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "VATBE-0123456789"),
        ]
    return x509.Name(attributes)


def _sign(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    usage: dict[str, bool],
    *,
    names: tuple[x509.GeneralName, ...] = (),
    path_length: int | None = None,
    expired: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    authority = usage["key_cert_sign"]
    unused = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * DAY)
        .not_valid_after(now - DAY if expired else now + 30 * DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(x509.KeyUsage(**usage, **unused), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
