"""Proof that the wallet holds the keys a credential shall be bound to (OpenID4VCI 1.0, App. F)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from cryptography import x509

from openid4vc.errors import CheckFailed, InvalidProof, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date
from openid4vc.vci.key_attestation import (
    KeyAttestationsRequired,
    VerifiedKeyAttestation,
    verify_key_attestation,
)

KEY_PROOF_TYP = "openid4vci-proof+jwt"
MAX_AGE = timedelta(seconds=300)
MAX_AHEAD = timedelta(seconds=60)
MAX_PROOF = 64 * 1024
_FOREIGN_KEYS = frozenset({"kid", "x5c", "x5u", "jku", "trust_chain"})


class ProofPolicy(TypedDict, total=False):
    """No `iss` unless allowed, then only of this client; whom to believe about keys, if anybody."""

    allow_iss: bool
    expected_client_id: str | None
    attesters: Sequence[x509.Certificate]


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A key that its holder proved for us just now; the nonce still has to be consumed."""

    key: PublicKey
    nonce: str
    attestation: VerifiedKeyAttestation | None = None

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """The keys to bind credentials to: all that are attested, else the proven one (F.1)."""
        return self.attestation.keys if self.attestation else (self.key,)


def make_key_proof(
    key: SigningKey,
    *,
    audience: str,
    nonce: str,
    iat: datetime,
    client_id: str | None = None,
    key_attestation: str | None = None,
) -> str:
    """Sign a proof for the credential issuer `audience`; no `client_id` for an anonymous token (F.1)."""
    claims: dict[str, Any] = {"aud": audience, "iat": to_numeric_date(iat), "nonce": nonce}
    if client_id is not None:
        claims["iss"] = client_id
    header: dict[str, Any] = {"jwk": key.public.jwk()}
    if key_attestation is not None:
        header["key_attestation"] = key_attestation
    return sign_jws(claims, typ=KEY_PROOF_TYP, key=key, header=header)


def verify_key_proof(
    jwt: str, *, expected_audience: str, now: datetime, **policy: Unpack[ProofPolicy]
) -> VerifiedProof:
    """Check one proof (F.4); every failure is InvalidProof, also an absent nonce.

    The signature counts only with the public P-256 key in the header's own `jwk`. A key attestation in
    the header is judged where `attesters` are given, else not looked at. Whether the nonce is one of
    ours, and is spent, and whether an attestation had to be there, is the caller's affair.
    """
    try:
        return _verified(jwt, expected_audience, now, policy)
    except (Malformed, CheckFailed) as cause:
        raise InvalidProof("a key proof does not hold") from cause


def verify_attestation_proof(
    jwt: str, *, attesters: Sequence[x509.Certificate], now: datetime
) -> VerifiedKeyAttestation:
    """Check a proof of the type attestation (F.3); every failure is InvalidProof, also an absent nonce."""
    try:
        attestation = verify_key_attestation(jwt, anchors=attesters, now=now)
    except (Malformed, CheckFailed) as cause:
        raise InvalidProof("a key attestation does not hold") from cause
    if attestation.nonce is None:
        raise InvalidProof("a key attestation without nonce proves nothing")
    return attestation


def check_key_attestation(
    attestation: VerifiedKeyAttestation | None, *, required: KeyAttestationsRequired | None
) -> None:
    """InvalidProof where the metadata demands an attestation that is absent or too weak (12.2.4)."""
    if required is not None and (attestation is None or not attestation.meets(required)):
        raise InvalidProof("the keys are not attested as this credential needs")


def _verified(jwt: str, expected_audience: str, now: datetime, policy: ProofPolicy) -> VerifiedProof:
    if len(jwt) > MAX_PROOF:
        raise Malformed("a key proof that is too long")
    unverified = parse_jws(jwt, expected_typ=KEY_PROOF_TYP)
    if "jwk" not in unverified.header or not _FOREIGN_KEYS.isdisjoint(unverified.header):
        raise CheckFailed("proof_key", "the key must stand in jwk, and nowhere else")
    key = PublicKey.from_jwk(unverified.header["jwk"])
    claims = verify_jws(unverified, key=key).claims
    _check_claims(claims, expected_audience, now)
    _check_issuer(claims, policy)
    proof = VerifiedProof(key, claims["nonce"])
    attesters = policy.get("attesters")
    if attesters is None or "key_attestation" not in unverified.header:
        return proof
    attested = _attested(unverified.header["key_attestation"], proof, attesters, now)
    return VerifiedProof(key, proof.nonce, attested)


def _attested(
    jwt: object, proof: VerifiedProof, attesters: Sequence[x509.Certificate], now: datetime
) -> VerifiedKeyAttestation:
    """It must end, be made for the same nonce, and name the key that signed (App. D.1, F.1)."""
    if not isinstance(jwt, str):
        raise Malformed("a key attestation that is not text")
    attestation = verify_key_attestation(jwt, anchors=attesters, now=now)
    if attestation.expires_at is None:
        raise Malformed("a key attestation beside a proof has an exp")
    if attestation.nonce != proof.nonce:
        raise CheckFailed("attestation_nonce", "the attestation is for another nonce")
    if proof.key not in attestation.keys:
        raise CheckFailed("attestation_key", "the proof is signed by a key that is not attested")
    return attestation


def _check_issuer(claims: Mapping[str, Any], policy: ProofPolicy) -> None:
    if "iss" not in claims:
        return
    if not policy.get("allow_iss", False):
        raise CheckFailed("proof_iss", "iss in the proof of an anonymous client")
    if policy.get("expected_client_id") not in (None, claims["iss"]):
        raise CheckFailed("proof_iss", "the proof of another client")


def _check_claims(claims: Mapping[str, Any], expected_audience: str, now: datetime) -> None:
    if claims.get("aud") not in (expected_audience, [expected_audience]):
        raise CheckFailed("proof_audience", "the proof is for somebody else")
    issued = from_numeric_date(claims.get("iat"))
    if not now - MAX_AGE <= issued <= now + MAX_AHEAD:
        raise CheckFailed("proof_age", "iat is outside the window")
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        raise CheckFailed("proof_nonce", "no nonce in the proof")
