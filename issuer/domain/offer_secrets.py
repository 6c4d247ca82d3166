"""The secrets of an offer, worked out from its id, so that no table has to hold them."""

import hashlib
import hmac

from issuer.domain.offer import TX_CODE_LENGTH, Offer, OfferId
from openid4vc.jose import base64url


def offer_code(secret: bytes, offer: Offer) -> str:
    """What the offer carries: its pre-authorized code, or the issuer_state of the other way."""
    make = pre_authorized_code if offer.flow == "pre" else issuer_state
    return make(secret, offer.id)


def pre_authorized_code(secret: bytes, offer_id: OfferId) -> str:
    """256 bits as base64url; nobody finds it from the id alone (OpenID4VCI 1.0, 4.1.1)."""
    return base64url.encode(_mac(secret, "pre-authorized code", offer_id))


def issuer_state(secret: bytes, offer_id: OfferId) -> str:
    """256 bits as base64url that tie an authorization to this offer (OpenID4VCI 1.0, 5.1.3)."""
    return base64url.encode(_mac(secret, "issuer state", offer_id))


def credential_identifier(secret: bytes, persona: str, configuration_id: str) -> str:
    """Names one dataset of one person; the same at every refresh, and no guess finds another's (6.2)."""
    return base64url.encode(_mac(secret, "credential identifier", f"{persona}\n{configuration_id}")[:16])


def tx_code(secret: bytes, offer_id: OfferId) -> str:
    """Six decimal digits that reach the citizen over another road than the offer (OpenID4VCI 1.0, 13.6)."""
    number = int.from_bytes(_mac(secret, "transaction code", offer_id)[:16], "big")
    return f"{number % 10**TX_CODE_LENGTH:0{TX_CODE_LENGTH}d}"


def is_tx_code(given: str, secret: bytes, offer_id: OfferId) -> bool:
    """Compared as an exact ASCII string, in constant time."""
    return given.isascii() and hmac.compare_digest(given.encode(), tx_code(secret, offer_id).encode())


def _mac(secret: bytes, purpose: str, about: str) -> bytes:
    return hmac.digest(secret, f"{purpose}\n{about}".encode(), hashlib.sha256)
