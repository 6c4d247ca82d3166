"""Judge the registration certificate of who asks: once with its status, and anew for every page without."""

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, verify_status_list_token
from openid4vc.trust.registration import VerifiedRegistration
from openid4vc.vp.sender import AnyRequest
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.registering import read_registration
from wallet.domain.request import Request
from wallet.ports import Ports


def judge_registration(asked: AnyRequest, *, ports: Ports) -> str | None:
    """Return the name of the check that failed, None for a good certificate and for none at all (T-14)."""
    if not ports.trust.registration_anchors:
        return None
    try:
        registration = read_registration(asked, anchors=ports.trust.registration_anchors, now=ports.clock())
        if registration is not None:
            _require_in_force(registration, ports)
    except (CheckFailed, Malformed, PeerSilent, PeerRefused, PeerNonsense) as cause:
        doubt = cause.check if isinstance(cause, CheckFailed) else "registration_unreadable"
        ports.audit("registration_doubted", check=doubt)
        return doubt
    return None


def known_registration(asked: AnyRequest, request: Request, *, ports: Ports) -> VerifiedRegistration | None:
    """The certificate that passed when the request arrived, verified anew; it is never shown in doubt."""
    if request.registration_doubt is not None or not ports.trust.registration_anchors:
        return None
    try:
        return read_registration(asked, anchors=ports.trust.registration_anchors, now=ports.clock())
    except (CheckFailed, Malformed):
        return None


def _require_in_force(registration: VerifiedRegistration, ports: Ports) -> None:
    """A certificate that cannot be revoked is good until its end."""
    place = registration.status
    if place is None:
        return
    token = ports.issuers.document(place.uri, accept=STATUS_LIST_MEDIA_TYPE)
    statuses = verify_status_list_token(
        token.decode("ascii", errors="replace").strip(),
        expected_uri=place.uri,
        expected_chain=registration.chain,
        anchors=ports.trust.registration_anchors,
        now=ports.clock(),
    )
    require_valid(statuses.status_at(place.idx))
