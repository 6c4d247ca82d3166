"""Client identifiers that a certificate proves (OpenID4VP 1.0, 5.9.3)."""

from hashlib import sha256
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url

X509_HASH = "x509_hash"
X509_SAN_DNS = "x509_san_dns"


def x509_hash_client_id(certificate: x509.Certificate) -> str:
    """`x509_hash:` and the base64url SHA-256 of the DER certificate (5.9.3)."""
    return f"{X509_HASH}:{base64url.encode(sha256(certificate.public_bytes(Encoding.DER)).digest())}"


def x509_san_dns_client_id(certificate: x509.Certificate) -> str:
    """`x509_san_dns:` and the first DNS name of the certificate; ValueError where it has none (5.9.3)."""
    names = _dns_names(certificate)
    if not names:
        raise ValueError("a certificate without a DNS name")
    return f"{X509_SAN_DNS}:{names[0]}"


def check_client_id(client_id: str, certificate: x509.Certificate, response_uri: str) -> None:
    """Whether this leaf may speak as `client_id` and have answers sent to `response_uri` (5.9.3, 8.2).

    The certificate itself was verified before. CheckFailed: client_id_prefix, client_id_hash,
    client_id_dns, response_uri_host; nobody may be answered then.
    """
    prefix, separator, _ = client_id.partition(":")
    if separator and prefix == X509_HASH:
        if client_id != x509_hash_client_id(certificate):
            raise CheckFailed("client_id_hash", "client_id is not the hash of the certificate")
    elif separator and prefix == X509_SAN_DNS:
        _check_dns_name(client_id, certificate, response_uri)
    else:
        raise CheckFailed("client_id_prefix", "no prefix, or one that is not supported")


def _check_dns_name(client_id: str, certificate: x509.Certificate, response_uri: str) -> None:
    name = client_id.partition(":")[2]
    if name not in _dns_names(certificate):
        raise CheckFailed("client_id_dns", "client_id is no DNS name of the certificate")
    if urlsplit(response_uri).hostname != name.lower():
        raise CheckFailed("response_uri_host", "response_uri lies at another host than client_id")


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return []
    return names.value.get_values_for_type(x509.DNSName)
