"""Which authorities stand behind a certificate chain (OpenID4VP 1.0, 6.1.1)."""

from collections.abc import Iterable
from functools import lru_cache

from cryptography import x509

from openid4vc.jose import base64url


def authority_key_ids(chain: Iterable[x509.Certificate]) -> frozenset[str]:
    """The AuthorityKeyIdentifier of every certificate that has one, base64url (6.1.1.1)."""
    found = (_authority_key_id(certificate) for certificate in chain)
    return frozenset(base64url.encode(key_id) for key_id in found if key_id)


@lru_cache(maxsize=256)
def _authority_key_id(certificate: x509.Certificate) -> bytes | None:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return None
    return extension.value.key_identifier
