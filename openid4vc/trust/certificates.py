"""A small PKI of our own and the names in a certificate (RFC 5280; EN 319 412-1, 5.1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypedDict, Unpack

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier

from openid4vc.jose.keys import PublicKey, SigningKey


@dataclass(frozen=True, slots=True)
class LeafSubject:
    """The organisation behind a signing certificate; `uris` and `dns` become subject alternative names.

    `policies` and `purposes` (extended key usage) are object identifiers in dots.
    """

    organisation: str
    common_name: str
    identifier: str
    country: str = "NL"
    uris: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateNames:
    """What a certificate says about its subject; absent is the empty string."""

    organisation: str
    common_name: str
    identifier: str
    country: str
    uris: tuple[str, ...]
    dns: tuple[str, ...]


class Issuance(TypedDict):
    """What differs from one certificate to the next: number, first moment (aware), length of life."""

    serial: int
    now: datetime
    days: int


def make_root(*, key: SigningKey, name: str, serial: int, now: datetime, days: int) -> x509.Certificate:
    """A self-signed trust anchor, valid from `now` on."""
    subject = _authority_name(name)
    builder = _builder(subject, key.public, subject, Issuance(serial=serial, now=now, days=days))
    return _signed_as_authority(builder, key.public, key, path_length=None)


def make_intermediate(
    *,
    name: str,
    public: PublicKey,
    issuer: x509.Certificate,
    issuer_key: SigningKey,
    **issuance: Unpack[Issuance],
) -> x509.Certificate:
    """An authority below another one, that may only sign leaves."""
    builder = _builder(_authority_name(name), public, issuer.subject, issuance)
    return _signed_as_authority(builder, public, issuer_key, path_length=0)


def make_leaf(
    *,
    subject: LeafSubject,
    public: PublicKey,
    issuer: x509.Certificate,
    issuer_key: SigningKey,
    **issuance: Unpack[Issuance],
) -> x509.Certificate:
    """A certificate for signing messages only: no CA, key usage digitalSignature."""
    builder = _builder(_leaf_name(subject), public, issuer.subject, issuance)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
    if names := _alternative_names(subject):
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if subject.policies:
        policies = [x509.PolicyInformation(ObjectIdentifier(oid), None) for oid in subject.policies]
        builder = builder.add_extension(x509.CertificatePolicies(policies), critical=False)
    if subject.purposes:
        purposes = x509.ExtendedKeyUsage([ObjectIdentifier(oid) for oid in subject.purposes])
        builder = builder.add_extension(purposes, critical=False)
    return _signed(builder, public, issuer_key)


def has_purpose(certificate: x509.Certificate, oid: str) -> bool:
    """Whether the extended key usage names exactly this purpose; a certificate without any names none."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return ObjectIdentifier(oid) in usage


@lru_cache(maxsize=256)
def certificate_names(certificate: x509.Certificate) -> CertificateNames:
    """Read the subject and the alternative names that we show and compare."""
    subject = certificate.subject
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        names = x509.SubjectAlternativeName([])
    return CertificateNames(
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        common_name=_first(subject, NameOID.COMMON_NAME),
        identifier=_first(subject, NameOID.ORGANIZATION_IDENTIFIER),
        country=_first(subject, NameOID.COUNTRY_NAME),
        uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)),
        dns=tuple(names.get_values_for_type(x509.DNSName)),
    )


def _first(name: x509.Name, oid: ObjectIdentifier) -> str:
    return next((str(attribute.value) for attribute in name.get_attributes_for_oid(oid)), "")


def _authority_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _leaf_name(subject: LeafSubject) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, subject.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject.organisation),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, subject.identifier),
            x509.NameAttribute(NameOID.COMMON_NAME, subject.common_name),
        ]
    )


def _alternative_names(subject: LeafSubject) -> Sequence[x509.GeneralName]:
    uris = [x509.UniformResourceIdentifier(uri) for uri in subject.uris]
    return [*uris, *(x509.DNSName(name) for name in subject.dns)]


def _builder(
    subject: x509.Name, public: PublicKey, issuer: x509.Name, issuance: Issuance
) -> x509.CertificateBuilder:
    start = issuance["now"].replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public.key)
        .serial_number(issuance["serial"])
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=issuance["days"]))
    )


def _signed_as_authority(
    builder: x509.CertificateBuilder, public: PublicKey, signer: SigningKey, *, path_length: int | None
) -> x509.Certificate:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=False), critical=True)
    return _signed(builder, public, signer)


def _signed(builder: x509.CertificateBuilder, public: PublicKey, signer: SigningKey) -> x509.Certificate:
    return (
        builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public.key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public.key), critical=False)
        .sign(signer.private, SHA256())
    )


def _key_usage(*, digital_signature: bool) -> x509.KeyUsage:
    """Either a signer of messages or a signer of certificates, never both."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not digital_signature,
        crl_sign=not digital_signature,
        encipher_only=False,
        decipher_only=False,
    )
