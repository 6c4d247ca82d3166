"""The two secrets of an offer, worked out from its id, so that no table has to hold them."""

import hashlib
import hmac

from issuer.domain.offer import TX_CODE_LENGTH, OfferId
from openid4vc.jose import base64url


def pre_authorized_code(secret: bytes, offer_id: OfferId) -> str:
    """256 bits as base64url; nobody finds it from the id alone (OpenID4VCI 1.0, 4.1.1)."""
    return base64url.encode(_mac(secret, "pre-authorized code", offer_id))


def tx_code(secret: bytes, offer_id: OfferId) -> str:
    """Six decimal digits that reach the citizen over another road than the offer (OpenID4VCI 1.0, 13.6)."""
    number = int.from_bytes(_mac(secret, "transaction code", offer_id)[:16], "big")
    return f"{number % 10**TX_CODE_LENGTH:0{TX_CODE_LENGTH}d}"


def is_tx_code(given: str, secret: bytes, offer_id: OfferId) -> bool:
    """Compared as an exact ASCII string, in constant time."""
    return given.isascii() and hmac.compare_digest(given.encode(), tx_code(secret, offer_id).encode())


def _mac(secret: bytes, purpose: str, offer_id: OfferId) -> bytes:
    return hmac.digest(secret, f"{purpose}\n{offer_id}".encode(), hashlib.sha256)
