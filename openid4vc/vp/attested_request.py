"""Request objects of verifiers that somebody else vouches for (OpenID4VP 1.0, 5.9.3, 12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import verify_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.vp.client_id import VERIFIER_ATTESTATION, client_id_prefix
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import (
    AnswerAddress,
    Expected,
    check_circumstances,
    check_inner_client_id,
    parse_request_object,
    response_uri_of,
    seal_request,
)
from openid4vc.vp.verifier_attestation import Attesters, VerifiedAttestation, verify_verifier_attestation


@dataclass(frozen=True, slots=True)
class AttestedRequest:
    """A request by an attested key: known are the name given by the attester and who that is, no more."""

    request: AuthorizationRequest
    attestation: VerifiedAttestation
    compact: str


def sign_attested_request_object(request: AuthorizationRequest, *, key: SigningKey, attestation: str) -> str:
    """Sign with the attested key; ValueError for an identity or a question that no wallet should accept."""
    if not request.client_id.startswith(f"{VERIFIER_ATTESTATION}:"):
        raise ValueError("client_id is not one of an attested verifier")
    return seal_request(request, key=key, header={"jwt": attestation})


def verify_attested_request(
    compact: str, *, attesters: Attesters, **expected: Unpack[Expected]
) -> AttestedRequest:
    """Like `verify_request_object`: CheckFailed and Malformed are never answered, ProtocolError may be.

    CheckFailed: those of `verify_verifier_attestation`, client_id_prefix, client_id_origin,
    request_client_id, response_uri_attested and those about circumstances.
    """
    claims, attestation = _authenticate(compact, attesters, expected)
    request = AuthorizationRequest.from_claims(claims, received_at=expected["now"])
    return AttestedRequest(request, attestation, compact)


def attested_refusal_address(
    compact: str, *, attesters: Attesters, **expected: Unpack[Expected]
) -> AnswerAddress:
    """Where to post the ProtocolError that `verify_attested_request` raised on the same input (8.5)."""
    claims, _ = _authenticate(compact, attesters, expected)
    return AnswerAddress.in_claims(claims)


def _authenticate(
    compact: str, attesters: Attesters, expected: Expected
) -> tuple[Mapping[str, Any], VerifiedAttestation]:
    client_id = expected["expected_client_id"]
    if client_id_prefix(client_id) != VERIFIER_ATTESTATION:
        raise CheckFailed("client_id_prefix", "an attestation does not prove this kind of client_id")
    unverified = parse_request_object(compact)
    unverified_attestation = unverified.header.get("jwt")
    if not isinstance(unverified_attestation, str):
        raise Malformed("a request object without the attestation of its verifier")
    attestation = verify_verifier_attestation(
        unverified_attestation,
        attesters=attesters,
        expected_subject=client_id.removeprefix(f"{VERIFIER_ATTESTATION}:"),
        now=expected["now"],
    )
    verified = verify_jws(unverified, key=attestation.key)
    check_inner_client_id(verified.claims, expected)
    response_uri = response_uri_of(verified.claims)
    if attestation.response_uris is not None and response_uri not in attestation.response_uris:
        raise CheckFailed("response_uri_attested", "an address for answers that is not in the attestation")
    check_circumstances(verified.header, verified.claims, expected)
    return verified.claims, attestation
