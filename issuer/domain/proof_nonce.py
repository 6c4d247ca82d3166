"""The nonce that key proofs say they carry, read before anything of them is believed."""

from collections.abc import Sequence

from openid4vc.errors import InvalidNonce, InvalidProof, Malformed
from openid4vc.jose import base64url, strict_json


def unverified_nonce(proofs: Sequence[str]) -> str:
    """The one nonce of all proofs; it must be known before they are verified, since trying spends it.

    InvalidProof when no proof has one, InvalidNonce when they differ (OpenID4VCI 1.0, 8.3.1.2).
    """
    found = {nonce for nonce in map(_nonce_of, proofs) if nonce}
    if not found:
        raise InvalidProof("a key proof carries no c_nonce")
    if len(found) > 1:
        raise InvalidNonce("all key proofs of a request carry the same c_nonce")
    return found.pop()


def _nonce_of(proof: str) -> str | None:
    parts = proof.split(".")
    try:
        nonce = strict_json.loads_object(base64url.decode(parts[1] if len(parts) > 1 else "")).get("nonce")
    except Malformed:
        return None
    return nonce if isinstance(nonce, str) else None
