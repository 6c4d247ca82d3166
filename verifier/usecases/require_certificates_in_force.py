"""No certificate of a chain was taken back; a list that cannot be had refuses (THREATS 223)."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from openid4vc.errors import CheckFailed
from openid4vc.jose.x5c import VerifiedChain
from verifier.domain.revoked_certificates import (
    VerifiedRevocationList,
    require_not_listed,
    verify_revocation_list,
    where_revoked,
)
from verifier.ports import Ports


def require_certificates_in_force(chain: VerifiedChain, *, ports: Ports, now: datetime) -> None:
    """Only of a chain that was verified, so that nobody else makes us fetch anything."""
    for certificate, issuer, url in where_revoked(chain):
        require_not_listed(certificate, _list(url, issuer, ports=ports, now=now))


def _list(url: str, issuer: x509.Certificate, *, ports: Ports, now: datetime) -> VerifiedRevocationList:
    authority = issuer.fingerprint(SHA256())
    known = ports.revocation_lists.known(url, authority=authority, now=now)
    if known is not None:
        return known
    der = ports.revocation_lists.fetch(url)
    if der is None:
        raise CheckFailed("crl_unavailable", "the revocation list could not be fetched")
    listed = verify_revocation_list(der, issuer=issuer, now=now)
    ports.revocation_lists.keep(url, listed, authority=authority)
    return listed
