"""What a register says about who asks, as it stands in the request (TS 119 475, 5.2; ARF, RPRC_19)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.x509 import Certificate

from openid4vc.errors import CheckFailed
from openid4vc.trust.registration import VerifiedRegistration, verify_registration
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import VerifiedRequest
from openid4vc.vp.sender import AnyRequest

REGISTRATION_FORMAT = "registration_cert"


def registration_data(request: AuthorizationRequest) -> str | None:
    """Return the one registration certificate of a request; CheckFailed registration_shape for others."""
    found = [info for info in request.verifier_info if info.format == REGISTRATION_FORMAT]
    if not found:
        return None
    if len(found) > 1 or not isinstance(found[0].data, str):
        raise CheckFailed("registration_shape", "not one registration certificate by value")
    return found[0].data


def read_registration(
    asked: AnyRequest, *, anchors: Sequence[Certificate], now: datetime
) -> VerifiedRegistration | None:
    """Verify it for the access certificate of who asks; None where there is none to verify.

    The refusals of `verify_registration`, registration_shape, and registration_access for a sender
    without an access certificate.
    """
    data = registration_data(asked.request)
    if data is None:
        return None
    if not isinstance(asked, VerifiedRequest):
        raise CheckFailed("registration_access", "a registration without an access certificate to compare")
    return verify_registration(data, anchors=anchors, access_certificate=asked.chain.leaf, now=now)
