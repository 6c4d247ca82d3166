"""The registration certificate that comes along with a request (OpenID4VP 1.0, 5.11; TS 119 472-2)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.trust.registration import VerifiedRegistration, verify_registration
from openid4vc.vp.request import AuthorizationRequest, VerifierInfo
from openid4vc.vp.request_object import VerifiedRequest

REGISTRATION_CERT = "registration_cert"


def registration_info(registration: str) -> VerifierInfo:
    """The entry of `verifier_info` that carries a registration certificate by value (RO_REQ-06 to 09)."""
    return VerifierInfo(format=REGISTRATION_CERT, data=registration)


def verify_registration_of(
    asked: VerifiedRequest, *, anchors: Sequence[x509.Certificate], now: datetime
) -> VerifiedRegistration | None:
    """Hold the registration certificate of a request to the certificate that signed it; None without one.

    CheckFailed: registration_several, registration_partial and those of `verify_registration`; Malformed.
    What follows from a refusal, and from None, is the wallet's policy: at least a warning (RPRC_21).
    """
    data = unverified_registration(asked.request)
    if data is None:
        return None
    return verify_registration(data, anchors=anchors, access_certificate=asked.chain.leaf, now=now)


def unverified_registration(request: AuthorizationRequest) -> str | None:
    """What stands in the one entry of that format, which is about the whole question; None without one."""
    found = [info for info in request.verifier_info if info.format == REGISTRATION_CERT]
    if len(found) > 1:
        raise CheckFailed("registration_several", "one question, one registration certificate")
    if not found:
        return None
    if found[0].credential_ids is not None:
        raise CheckFailed("registration_partial", "a registration certificate for part of the question")
    if not isinstance(found[0].data, str):
        raise Malformed("a registration certificate that is no text")
    return found[0].data
