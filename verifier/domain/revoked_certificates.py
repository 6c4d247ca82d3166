"""Certificates that their own authority took back before their end (RFC 5280, 5 and 6.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.x5c import VerifiedChain


@dataclass(frozen=True, slots=True)
class VerifiedRevocationList:
    """A list that this authority signed; of no use from `next_update` on."""

    next_update: datetime
    serials: frozenset[int]


def where_revoked(chain: VerifiedChain) -> Iterator[tuple[x509.Certificate, x509.Certificate, str]]:
    """Each certificate of the chain that names a list: itself, its issuer, and the address of the list."""
    issuers = [*chain.certificates[1:], chain.anchor]
    for certificate, issuer in zip(chain.certificates, issuers, strict=True):
        addresses = _addresses(certificate)
        if addresses:
            yield certificate, issuer, addresses[0]


def verify_revocation_list(der: bytes, *, issuer: x509.Certificate, now: datetime) -> VerifiedRevocationList:
    """CheckFailed crl_signature, crl_outdated; Malformed for what is no list (RFC 5280, 6.3.3)."""
    try:
        listed = x509.load_der_x509_crl(der)
    except ValueError as cause:
        raise Malformed("not a certificate revocation list") from cause
    key = issuer.public_key()
    if not isinstance(key, EllipticCurvePublicKey) or listed.issuer != issuer.subject:
        raise CheckFailed("crl_signature", "the list of another authority")
    if not listed.is_signature_valid(key):
        raise CheckFailed("crl_signature", "the list is not signed by the authority")
    next_update = listed.next_update_utc
    if next_update is None or not listed.last_update_utc <= now < next_update:
        raise CheckFailed("crl_outdated", "not the list of today")
    return VerifiedRevocationList(next_update, frozenset(entry.serial_number for entry in listed))


def require_not_listed(certificate: x509.Certificate, listed: VerifiedRevocationList) -> None:
    """CheckFailed certificate_revoked."""
    if certificate.serial_number in listed.serials:
        raise CheckFailed("certificate_revoked", "the authority took this certificate back")


def _addresses(certificate: x509.Certificate) -> Sequence[str]:
    """A certificate that names lists none of which can be asked refuses: absence is no answer."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    found = [
        name.value
        for point in named
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://"))
    ]
    if not found:
        raise CheckFailed("crl_address", "a revocation list at no address that can be asked")
    return found
