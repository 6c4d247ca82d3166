"""A request for erasure, signed by the grantor, and the certificate in answer, signed by the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509

from consent.rights import DeletionRequest, ErasureCertificate
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE, from_numeric_date, to_numeric_date
from openid4vc.jose.x5c import encode_x5c, parse_x5c, verify_x5c
from openid4vc.trust.certificates import certificate_names

DELETION_TYP: Final = "eenmalig-deletion-request+jwt"
CERTIFICATE_TYP: Final = "eenmalig-erasure-certificate+jwt"
STATEMENT_AGE: Final = timedelta(seconds=300)


def sign_deletion_request(request: DeletionRequest, *, audience: str, key: SigningKey) -> str:
    """Sign with the key that signed the grant: whoever gave the data asks for their erasure (DATA_DLT_07)."""
    claims = {
        "aud": audience,
        "iat": request.requested_at,
        "jti": request.request_id,
        "request": strict_json.loads_object(request.to_json()),
    }
    return sign_jws(claims, typ=DELETION_TYP, key=key)


@dataclass(frozen=True, slots=True)
class VerifiedDeletionRequest:
    """The grantor asks this, of this organisation, about this mandate."""

    request: DeletionRequest


def unverified_mandate_id(compact: str) -> str:
    """Which mandate a statement says that it is about, to look up whose key must have signed it."""
    unverified_request = _request_in(parse_jws(compact, expected_typ=DELETION_TYP).claims())
    if unverified_request.mandate_id is None:
        raise CheckFailed("deletion_mandate", "a request that names no mandate proves nobody")
    return unverified_request.mandate_id


def verify_deletion_request(
    compact: str, *, grantor: PublicKey, expected_audience: str, expected_party: str, now: datetime
) -> VerifiedDeletionRequest:
    """Signed by the key of the grant, just now, for this address and organisation; CheckFailed otherwise.

    A key that the statement brings along is not looked at.
    """
    unverified = parse_jws(compact, expected_typ=DELETION_TYP)
    claims = verify_jws(unverified, key=grantor, check="deletion_signature").claims
    request = _request_in(claims)
    if claims.get("aud") != expected_audience:
        raise CheckFailed("deletion_audience", "the request is for another address")
    if request.party_identifier.identifier != expected_party:
        raise CheckFailed("deletion_party", "the request is to another organisation")
    if (claims.get("jti"), claims.get("iat")) != (request.request_id, request.requested_at):
        raise CheckFailed("deletion_coherent", "the statement says other things than its request")
    age = now - from_numeric_date(request.requested_at)
    if not -CLOCK_TOLERANCE <= age <= STATEMENT_AGE:
        raise CheckFailed("deletion_age", "a request is signed when it is sent")
    return VerifiedDeletionRequest(request)


def sign_erasure_certificate(
    certificate: ErasureCertificate, *, key: SigningKey, chain: Sequence[x509.Certificate]
) -> str:
    """Sign as the organisation that erased; ValueError for a certificate of another key."""
    if not chain or PublicKey.from_certificate(chain[0]) != key.public:
        raise ValueError("the chain is not of the signing key")
    claims = strict_json.loads_object(certificate.to_json())
    return sign_jws(claims, typ=CERTIFICATE_TYP, key=key, header={"x5c": encode_x5c(chain)})


@dataclass(frozen=True, slots=True)
class VerifiedErasureCertificate:
    """What this organisation signed for, in answer to this very request."""

    certificate: ErasureCertificate
    organisation: str
    identifier: str


def verify_erasure_certificate(
    compact: str, *, anchors: Sequence[x509.Certificate], expected_request: DeletionRequest, now: datetime
) -> VerifiedErasureCertificate:
    """Verify a certificate as of the moment that it names, which is not ahead; CheckFailed or Malformed.

    Checks: those of jws and x5c, erasure_signature, erasure_time, erasure_party, erasure_request.
    """
    unverified = parse_jws(compact, expected_typ=CERTIFICATE_TYP)
    unverified_certificate = _certificate_in(unverified.claims())
    decided_at = from_numeric_date(unverified_certificate.decided_at)
    _require_time(decided_at, expected_request, now)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=decided_at)
    claims = verify_jws(unverified, key=chain.key, check="erasure_signature").claims
    certificate, names = _certificate_in(claims), certificate_names(chain.leaf)
    _require_party(certificate, names.identifier, expected_request)
    asked = (expected_request.request_id, expected_request.mandate_id)
    if (certificate.request_id, certificate.mandate_id) != asked:
        raise CheckFailed("erasure_request", "the certificate answers another request")
    return VerifiedErasureCertificate(certificate, names.organisation, names.identifier)


def _require_time(decided_at: datetime, request: DeletionRequest, now: datetime) -> None:
    if decided_at > now + CLOCK_TOLERANCE:
        raise CheckFailed("erasure_time", "decided in the future")
    if to_numeric_date(decided_at + CLOCK_TOLERANCE) < request.requested_at:
        raise CheckFailed("erasure_time", "decided before it was asked")


def _require_party(certificate: ErasureCertificate, identifier: str, request: DeletionRequest) -> None:
    """Who was asked is who answers, by the certificate and by what it says."""
    said = certificate.party_identifier and certificate.party_identifier.identifier
    if not identifier or {identifier, said} != {request.party_identifier.identifier}:
        raise CheckFailed("erasure_party", "signed by another organisation than was asked")


def _request_in(claims: dict[str, Any]) -> DeletionRequest:
    request = claims.get("request")
    if not isinstance(request, dict):
        raise Malformed("a statement without its request")
    return DeletionRequest.from_json(strict_json.dumps(request))


def _certificate_in(claims: dict[str, Any]) -> ErasureCertificate:
    return ErasureCertificate.from_json(strict_json.dumps(claims))
