"""Whom to turn to about a request: what the register said of who asked, when it asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from consent.asker import Asker, asker_of
from consent.transaction_log import ClaimInfo
from consent.wording import path_name
from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.trust.registration import Registration, VerifiedRegistration
from openid4vc.vp.sender import AnyRequest
from wallet.domain.documents import load
from wallet.domain.refusals import Refusal
from wallet.domain.registering import read_registration
from wallet.domain.request import Request, RequestId
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.receive_request import KIND, verify_again


@dataclass(frozen=True, slots=True)
class Party:
    """Who asked, what was asked in which signed bytes, and what a register says of them."""

    asker: Asker
    compact: str
    asked: tuple[ClaimInfo, ...]
    registration: Registration | None
    concerns: tuple[str, ...]

    @property
    def support(self) -> str:
        """Where it takes questions of citizens; nothing when no register knows it."""
        return self.registration.support_uri if self.registration else ""

    @property
    def supervisor(self) -> str:
        """Where its supervisor takes reports, as far as that is a web address."""
        return (self.registration.supervisory_authority.uri or "") if self.registration else ""


def party_of(request_id: str, *, viewer: Viewer, ports: Ports) -> Party | None:
    """Read the kept bytes as they stood when they came; None where nothing is kept or holds any more."""
    sealed = ports.stores.requests.find(RequestId(request_id), account_id=viewer.account_id)
    if sealed is None:
        return None
    request = load(Request, viewer.unseal(sealed.sealed, kind=KIND, id=sealed.id))
    try:
        asked = verify_again(request, now=request.received_at, ports=ports)
    except Refusal:
        return None
    registration = _registration(asked, request, ports)
    return Party(
        asker=asker_of(asked),
        compact=request.compact,
        asked=tuple(_claims(asked.request.dcql_query)),
        registration=registration.registration if registration else None,
        concerns=tuple(_concerns(asked, request, registration)),
    )


def _registration(asked: AnyRequest, request: Request, ports: Ports) -> VerifiedRegistration | None:
    """As it was judged when the request came: a certificate that was in doubt then is none now."""
    if request.registration_doubt is not None or not ports.trust.registration_anchors:
        return None
    try:
        return read_registration(asked, anchors=ports.trust.registration_anchors, now=request.received_at)
    except (CheckFailed, Malformed):
        return None


def _claims(query: DcqlQuery) -> Iterator[ClaimInfo]:
    """Which fields of which kind of card were asked, by name."""
    for wanted in query.credentials:
        names = [path_name(claim.path) for claim in wanted.claims or ()]
        for vct in wanted.vct_values or (wanted.id,):
            yield ClaimInfo.named(vct, names or ("*",))


def _concerns(
    asked: AnyRequest, request: Request, registration: VerifiedRegistration | None
) -> Iterator[str]:
    """What this wallet found wrong with it, as stable codes."""
    if request.registration_doubt is not None:
        yield "registration_in_doubt"
    elif registration is None:
        yield "not_registered"
    elif registration.surplus(asked.request.dcql_query):
        yield "surplus"
