"""What the holder signs beside the disclosures: hashes of transaction data (OpenID4VP 1.0, 8.4, B.3.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.disclosure import SHA_256, digest

HASHES = "transaction_data_hashes"
ALGORITHM = "transaction_data_hashes_alg"


def transaction_hashes(encoded: Sequence[str]) -> list[str]:
    """SHA-256 over each entry as it stands in the request, base64url; never over its JSON (B.3.3.1)."""
    return [digest(entry) for entry in encoded]


def check_transaction_hashes(claims: Mapping[str, Any], expected: Sequence[str]) -> None:
    """Exactly the hashes of the expected entries in their order, and none where nothing was asked.

    The algorithm must be named if the request named one; sha-256 is the only one we know.
    """
    if not expected:
        if HASHES in claims:
            raise CheckFailed("transaction_data", "signed transaction data that nobody asked for")
        return
    if claims.get(HASHES) != transaction_hashes(expected):
        raise CheckFailed("transaction_data", "not the hashes of the transaction data that was asked")
    if ALGORITHM not in claims and any(map(_names_algorithm, expected)):
        raise CheckFailed("transaction_data", "the hash algorithm that was asked is not named")
    if claims.get(ALGORITHM, SHA_256) != SHA_256:
        raise CheckFailed("transaction_data", "not the hash algorithm that was asked")


def _names_algorithm(encoded: str) -> bool:
    return ALGORITHM in strict_json.loads_object(base64url.decode(encoded))
