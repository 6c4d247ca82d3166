"""Somebody trusted says who a verifier is, and which key it has (OpenID4VP 1.0, 5.9.3, 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c

VERIFIER_ATTESTATION_TYP = "verifier-attestation+jwt"
Attesters = Mapping[str, Sequence[x509.Certificate]]


@dataclass(frozen=True, slots=True)
class VerifierAttestation:
    """What `issuer` says about the verifier `subject`; without `response_uris` any address will do."""

    issuer: str
    subject: str
    key: PublicKey
    issued_at: datetime
    expires_at: datetime
    response_uris: tuple[str, ...] | None = None

    def claims(self) -> dict[str, Any]:
        """The payload (12)."""
        limited = {} if self.response_uris is None else {"redirect_uris": list(self.response_uris)}
        return {
            "iss": self.issuer,
            "sub": self.subject,
            "iat": to_numeric_date(self.issued_at),
            "exp": to_numeric_date(self.expires_at),
            "cnf": {"jwk": self.key.jwk()},
            **limited,
        }


@dataclass(frozen=True, slots=True)
class VerifiedAttestation:
    """An attestation by somebody we trust to attest; `chain` is that somebody's."""

    subject: str
    issuer: str
    key: PublicKey
    response_uris: tuple[str, ...] | None
    expires_at: datetime
    chain: VerifiedChain


def sign_verifier_attestation(
    attestation: VerifierAttestation, *, key: SigningKey, chain: Sequence[x509.Certificate]
) -> str:
    """Sign as an attester; `chain` is leaf first and without the anchor."""
    header = {"x5c": encode_x5c(chain)}
    return sign_jws(attestation.claims(), typ=VERIFIER_ATTESTATION_TYP, key=key, header=header)


def verify_verifier_attestation(
    compact: str, *, attesters: Attesters, expected_subject: str, now: datetime
) -> VerifiedAttestation:
    """Verify what stands in the `jwt` header of a request object (5.9.3, 12).

    `attesters` are anchors by issuer: who is not named there may not attest. CheckFailed: those of jws
    and x5c, attestation_issuer, attestation_signature, attestation_subject, attestation_no_exp, expired,
    not_yet_valid, issued_in_future; Malformed.
    """
    unverified = parse_jws(compact, expected_typ=VERIFIER_ATTESTATION_TYP)
    issuer = unverified.claims().get("iss")
    if not isinstance(issuer, str) or issuer not in attesters:
        raise CheckFailed("attestation_issuer", "nobody who may attest verifiers")
    chain = verify_x5c(parse_x5c(unverified.header), anchors=attesters[issuer], now=now)
    claims = verify_jws(unverified, key=chain.key, check="attestation_signature").claims
    if claims.get("sub") != expected_subject:
        raise CheckFailed("attestation_subject", "the attestation of another verifier")
    check_times(claims, now=now)
    if "exp" not in claims:
        raise CheckFailed("attestation_no_exp", "an attestation without an end")
    return VerifiedAttestation(
        subject=expected_subject,
        issuer=issuer,
        key=_confirmed_key(claims),
        response_uris=_response_uris(claims),
        expires_at=from_numeric_date(claims["exp"]),
        chain=chain,
    )


def _confirmed_key(claims: Mapping[str, Any]) -> PublicKey:
    match claims.get("cnf"):
        case {"jwk": dict(jwk)}:
            return PublicKey.from_jwk(jwk)
    raise Malformed("an attestation without the verifier's key")


def _response_uris(claims: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "redirect_uris" not in claims:
        return None
    uris = claims["redirect_uris"]
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise Malformed("redirect_uris is not a list of strings")
    return tuple(uris)
