"""Whoever asks: each kind of client_id is proven in its own way, or not at all (OpenID4VP 1.0, 5.9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, Unpack

from cryptography import x509

from openid4vc.errors import CheckFailed, InvalidRequest
from openid4vc.vp.attested_request import AttestedRequest, attested_refusal_address, verify_attested_request
from openid4vc.vp.client_id import CERTIFICATE_PREFIXES, REDIRECT_URI, VERIFIER_ATTESTATION, client_id_prefix
from openid4vc.vp.request import RESPONSE_MODES
from openid4vc.vp.request_object import (
    AnswerAddress,
    Expected,
    VerifiedRequest,
    refusal_address,
    verify_request_object,
)
from openid4vc.vp.unsigned_request import UnprovenRequest, read_unsigned_request, unsigned_refusal_address
from openid4vc.vp.verifier_attestation import Attesters

AnyRequest: TypeAlias = VerifiedRequest | AttestedRequest | UnprovenRequest


@dataclass(frozen=True, slots=True)
class AcceptedSenders:
    """Whom a wallet lets ask; what is left out is refused, and unsigned requests need the word itself."""

    access_anchors: Sequence[x509.Certificate] = ()
    attesters: Attesters = field(default_factory=dict)
    allow_unsigned: bool = False
    response_modes: frozenset[str] = RESPONSE_MODES


def verify_request(compact: str, *, senders: AcceptedSenders, **expected: Unpack[Expected]) -> AnyRequest:
    """Verify a request object in the way that its client_id demands; the type of the result says how.

    CheckFailed and Malformed are never answered, ProtocolError may be; those of the three ways,
    client_id_prefix, client_id_origin, request_unsigned.
    """
    asked = _verify(compact, senders, expected)
    if asked.request.response_mode not in senders.response_modes:
        raise InvalidRequest("this response_mode is not accepted here")
    return asked


def request_refusal_address(
    compact: str, *, senders: AcceptedSenders, **expected: Unpack[Expected]
) -> AnswerAddress:
    """Where to post the ProtocolError that `verify_request` raised on the same input (8.2, 8.5)."""
    prefix = _accepted_prefix(senders, expected)
    if prefix in CERTIFICATE_PREFIXES:
        return refusal_address(compact, anchors=senders.access_anchors, **expected)
    if prefix == VERIFIER_ATTESTATION:
        return attested_refusal_address(compact, attesters=senders.attesters, **expected)
    return unsigned_refusal_address(compact, **expected)


def _verify(compact: str, senders: AcceptedSenders, expected: Expected) -> AnyRequest:
    prefix = _accepted_prefix(senders, expected)
    if prefix in CERTIFICATE_PREFIXES:
        return verify_request_object(compact, anchors=senders.access_anchors, **expected)
    if prefix == VERIFIER_ATTESTATION:
        return verify_attested_request(compact, attesters=senders.attesters, **expected)
    return read_unsigned_request(compact, **expected)


def _accepted_prefix(senders: AcceptedSenders, expected: Expected) -> str:
    prefix = client_id_prefix(expected["expected_client_id"])
    if prefix == REDIRECT_URI and not senders.allow_unsigned:
        raise CheckFailed("request_unsigned", "requests of unproven senders are not allowed here")
    return prefix
