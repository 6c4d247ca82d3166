"""Proof that the wallet holds the key a credential shall be bound to (OpenID4VCI 1.0, App. F.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openid4vc.errors import CheckFailed, InvalidProof, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date

KEY_PROOF_TYP = "openid4vci-proof+jwt"
MAX_AGE = timedelta(seconds=300)
MAX_AHEAD = timedelta(seconds=60)
MAX_PROOF = 16 * 1024
_FOREIGN_KEYS = frozenset({"kid", "x5c", "x5u", "jku", "trust_chain"})


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A key that its holder proved for us just now; the nonce still has to be consumed."""

    key: PublicKey
    nonce: str


def make_key_proof(
    key: SigningKey, *, audience: str, nonce: str, iat: datetime, client_id: str | None = None
) -> str:
    """Sign a proof for the credential issuer `audience`; no `client_id` for an anonymous token (F.1)."""
    claims: dict[str, Any] = {"aud": audience, "iat": to_numeric_date(iat), "nonce": nonce}
    if client_id is not None:
        claims["iss"] = client_id
    return sign_jws(claims, typ=KEY_PROOF_TYP, key=key, header={"jwk": key.public.jwk()})


def verify_key_proof(
    jwt: str, *, expected_audience: str, now: datetime, allow_iss: bool = False
) -> VerifiedProof:
    """Check one proof (F.4); every failure is InvalidProof, also an absent nonce.

    The signature counts only with the public P-256 key in the header's own `jwk`. Whether the nonce
    is one of ours, and is spent, is the caller's affair.
    """
    try:
        return _verified(jwt, expected_audience, now, allow_iss)
    except (Malformed, CheckFailed) as cause:
        raise InvalidProof("a key proof does not hold") from cause


def _verified(jwt: str, expected_audience: str, now: datetime, allow_iss: bool) -> VerifiedProof:
    if len(jwt) > MAX_PROOF:
        raise Malformed("a key proof that is too long")
    unverified = parse_jws(jwt, expected_typ=KEY_PROOF_TYP)
    if "jwk" not in unverified.header or not _FOREIGN_KEYS.isdisjoint(unverified.header):
        raise CheckFailed("proof_key", "the key must stand in jwk, and nowhere else")
    key = PublicKey.from_jwk(unverified.header["jwk"])
    claims = verify_jws(unverified, key=key).claims
    _check_claims(claims, expected_audience, now)
    if "iss" in claims and not allow_iss:
        raise CheckFailed("proof_iss", "iss in the proof of an anonymous client")
    return VerifiedProof(key, claims["nonce"])


def _check_claims(claims: Mapping[str, Any], expected_audience: str, now: datetime) -> None:
    if claims.get("aud") not in (expected_audience, [expected_audience]):
        raise CheckFailed("proof_audience", "the proof is for somebody else")
    issued = from_numeric_date(claims.get("iat"))
    if not now - MAX_AGE <= issued <= now + MAX_AHEAD:
        raise CheckFailed("proof_age", "iat is outside the window")
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        raise CheckFailed("proof_nonce", "no nonce in the proof")
