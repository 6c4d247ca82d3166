"""Somebody vouches for where keys are kept and how they are guarded (OpenID4VCI 1.0, App. D)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from openid4vc.jose.strict_json import Json
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.messages import FilledArray, Message, Seconds, ShortText

KEY_ATTESTATION_TYP = "key-attestation+jwt"
MAX_KEYS = 128
MAX_ATTESTATION = 32 * 1024


class KeyAttestationsRequired(Message):
    """What an issuer demands of the keys; empty means: an attestation, of whatever strength (12.2.4)."""

    key_storage: FilledArray[ShortText] | None = None
    user_authentication: FilledArray[ShortText] | None = None
    preferred_key_storage_status_period: Seconds | None = None


class KeyProperties(TypedDict, total=False):
    """What can be said about the keys: nonce, strength in the words of ISO 18045, certification, status."""

    nonce: str
    key_storage: Sequence[str]
    user_authentication: Sequence[str]
    certification: str
    status: Mapping[str, Json]
    key_storage_status: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedKeyAttestation:
    """Keys that somebody we trust vouches for; the nonce is still to be consumed, a status to be checked."""

    keys: tuple[PublicKey, ...]
    nonce: str | None
    key_storage: tuple[str, ...]
    user_authentication: tuple[str, ...]
    expires_at: datetime | None
    chain: VerifiedChain
    claims: Mapping[str, Any]

    def meets(self, required: KeyAttestationsRequired) -> bool:
        """Whether one of the accepted strengths is attested, for storage and for authentication (12.2.4)."""
        return _one_of(self.key_storage, required.key_storage) and _one_of(
            self.user_authentication, required.user_authentication
        )


def make_key_attestation(
    keys: Sequence[PublicKey],
    *,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    iat: datetime,
    exp: datetime,
    **properties: Unpack[KeyProperties],
) -> str:
    """Vouch for `keys`, all of one storage, until `exp` (App. D.1)."""
    claims: dict[str, Any] = {
        "iat": to_numeric_date(iat),
        "exp": to_numeric_date(exp),
        "attested_keys": [attested.jwk() for attested in keys],
        **properties,
    }
    return sign_jws(claims, typ=KEY_ATTESTATION_TYP, key=key, header={"x5c": encode_x5c(chain)})


def verify_key_attestation(
    jwt: str, *, anchors: Sequence[x509.Certificate], now: datetime
) -> VerifiedKeyAttestation:
    """Check signature, chain, times and keys; nonce, strength and status are the caller's to judge.

    Refusals: those of parse_jws, verify_x5c and check_times, attestation_signature; Malformed.
    """
    if len(jwt) > MAX_ATTESTATION:
        raise Malformed("a key attestation that is too long")
    unverified = parse_jws(jwt, expected_typ=KEY_ATTESTATION_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=now)
    claims = verify_jws(unverified, key=chain.key, check="attestation_signature").claims
    from_numeric_date(claims.get("iat"))
    expires_at = check_times(claims, now=now)
    return VerifiedKeyAttestation(
        keys=_keys(claims.get("attested_keys")),
        nonce=_nonce(claims),
        key_storage=_strengths(claims, "key_storage"),
        user_authentication=_strengths(claims, "user_authentication"),
        expires_at=expires_at,
        chain=chain,
        claims=claims,
    )


def _keys(jwks: object) -> tuple[PublicKey, ...]:
    if not isinstance(jwks, list) or not 1 <= len(jwks) <= MAX_KEYS:
        raise Malformed(f"attested_keys must be a list of 1 to {MAX_KEYS} keys")
    keys = tuple(map(PublicKey.from_jwk, jwks))
    if len({key.thumbprint() for key in keys}) != len(keys):
        raise CheckFailed("attested_keys", "the same key is attested twice")
    return keys


def _nonce(claims: Mapping[str, Any]) -> str | None:
    nonce = claims.get("nonce")
    if "nonce" in claims and not (isinstance(nonce, str) and nonce):
        raise Malformed("a nonce that is not text")
    return nonce


def _strengths(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = claims.get(name)
    if name not in claims:
        return ()
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise Malformed(f"{name} is not a list of texts")
    return tuple(values)


def _one_of(attested: tuple[str, ...], accepted: tuple[str, ...] | None) -> bool:
    return accepted is None or not set(attested).isdisjoint(accepted)
