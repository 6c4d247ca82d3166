"""Passkeys: what is kept of one, and the checks of what a browser says about it (Web Authentication 3, 7)."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier

from openid4vc.errors import Malformed
from openid4vc.jose import base64url
from wallet.domain.account import AccountId
from wallet.domain.refused_passkeys import PasskeyRefused, PasskeyUnsuitable

ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA]
PRF_INPUT = sha256(b"eenmalig-wallet view").digest()
SECRET_BYTES = 32
LONGEST_ANSWER = 16 * 1024
MOST_PASSKEYS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys of this wallet count: its origin, and the host in it."""

    origin: str
    rp_id: str

    @classmethod
    def of(cls, public_url: str) -> "Place | None":
        """Return the place, or None where browsers have no passkeys: plain http, or a bare address."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        if not (parts.scheme == "https" or host == "localhost") or _is_address(host):
            return None
        return cls(f"{parts.scheme}://{parts.netloc}", host)


@dataclass(frozen=True, slots=True, repr=False)
class KeptPasskey:
    """A passkey as the store knows it: its public half, and the view key that only its own secret opens."""

    id: str
    account_id: AccountId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    wrapped_view_key: bytes
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What this answer must be about; the challenge was spent before it is looked at."""

    challenge: bytes
    place: Place


@dataclass(frozen=True, slots=True)
class VerifiedPasskey:
    """A new passkey that its maker holds the private half of."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def verify_new_passkey(answer: str, *, expected: Asked) -> VerifiedPasskey:
    """Verify a registration (7.1): type, challenge, origin, host, presence, verification, algorithm."""
    try:
        found = verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=expected.challenge,
            expected_origin=expected.place.origin,
            expected_rp_id=expected.place.rp_id,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception as cause:  # the library names a dozen; whatever it is, the answer is no
        raise PasskeyRefused from cause
    return VerifiedPasskey(found.credential_id, found.credential_public_key, found.sign_count)


def verify_assertion(answer: str, kept: KeptPasskey, *, expected: Asked) -> int:
    """Verify a sign-in (7.2), the signature and the counter included; return the new count."""
    try:
        found = verify_authentication_response(
            credential=_bounded(answer),
            expected_challenge=expected.challenge,
            expected_origin=expected.place.origin,
            expected_rp_id=expected.place.rp_id,
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except Exception as cause:  # as above
        raise PasskeyRefused from cause
    if found.credential_id != kept.credential_id:
        raise PasskeyRefused
    return found.new_sign_count


def passkey_id(credential_id: bytes) -> str:
    """Return what the store calls a passkey."""
    return sha256(credential_id).hexdigest()


def passkey_secret(text: str) -> bytes:
    """Return the secret that only this passkey gives (10.1.4, prf); PasskeyUnsuitable where it gives none."""
    try:
        secret = base64url.decode(text)
    except (Malformed, ValueError) as cause:
        raise PasskeyUnsuitable from cause
    if len(secret) != SECRET_BYTES or secret == bytes(SECRET_BYTES):
        raise PasskeyUnsuitable
    return secret


def passkey_key(secret: bytes, *, pepper: bytes) -> bytes:
    """Return the key around the view key: the passkey's secret and the secret file together."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=pepper, info=b"eenmalig-wallet passkey").derive(
        secret
    )


def credential_id_of(answer: dict[str, Any]) -> bytes:
    """Return which passkey an answer claims to be of."""
    try:
        return base64url.decode(str(answer.get("rawId", "")))
    except (Malformed, ValueError) as cause:
        raise PasskeyRefused from cause


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    return answer


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
