"""Client identifiers and what must prove each of them (OpenID4VP 1.0, 5.9)."""

from hashlib import sha256
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url

X509_HASH = "x509_hash"
X509_SAN_DNS = "x509_san_dns"
VERIFIER_ATTESTATION = "verifier_attestation"
REDIRECT_URI = "redirect_uri"
ORIGIN = "origin"
CERTIFICATE_PREFIXES = (X509_HASH, X509_SAN_DNS)
PREFIXES = (*CERTIFICATE_PREFIXES, VERIFIER_ATTESTATION, REDIRECT_URI)


def client_id_prefix(client_id: str) -> str:
    """What stands before the first colon, one of PREFIXES (5.9.2); without any, the client is unknown to us.

    CheckFailed: client_id_origin for the prefix that only a browser may use (5.9.3), client_id_prefix.
    """
    prefix, separator, _ = client_id.partition(":")
    if prefix == ORIGIN:
        raise CheckFailed("client_id_origin", "the prefix origin is never allowed in a request")
    if not separator or prefix not in PREFIXES:
        raise CheckFailed("client_id_prefix", "no prefix, or one that is not supported")
    return prefix


def x509_hash_client_id(certificate: x509.Certificate) -> str:
    """`x509_hash:` and the base64url SHA-256 of the DER certificate (5.9.3)."""
    return f"{X509_HASH}:{base64url.encode(sha256(certificate.public_bytes(Encoding.DER)).digest())}"


def x509_san_dns_client_id(certificate: x509.Certificate) -> str:
    """`x509_san_dns:` and the first DNS name of the certificate; ValueError where it has none (5.9.3)."""
    names = _dns_names(certificate)
    if not names:
        raise ValueError("a certificate without a DNS name")
    return f"{X509_SAN_DNS}:{names[0]}"


def redirect_uri_client_id(response_uri: str) -> str:
    """`redirect_uri:` and the address of the answer, which is all that such a client proves (5.9.3)."""
    return f"{REDIRECT_URI}:{response_uri}"


def verifier_attestation_client_id(subject: str) -> str:
    """`verifier_attestation:` and the `sub` of the attestation (5.9.3)."""
    return f"{VERIFIER_ATTESTATION}:{subject}"


def check_client_id(client_id: str, certificate: x509.Certificate, response_uri: str) -> None:
    """Whether this leaf may speak as `client_id` and have answers sent to `response_uri` (5.9.3, 8.2).

    The certificate itself was verified before. CheckFailed: client_id_prefix, client_id_origin,
    client_id_hash, client_id_dns, response_uri_host; nobody may be answered then.
    """
    match client_id_prefix(client_id):
        case "x509_hash":
            if client_id != x509_hash_client_id(certificate):
                raise CheckFailed("client_id_hash", "client_id is not the hash of the certificate")
        case "x509_san_dns":
            _check_dns_name(client_id, certificate, response_uri)
        case _:
            raise CheckFailed("client_id_prefix", "a certificate does not prove this kind of client_id")


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
