"""Receive a request: fetch it, know who asks, and refuse what the citizen could not judge."""

from collections.abc import Mapping
from datetime import datetime

from openid4vc import urls
from openid4vc.errors import CheckFailed, Malformed, ProtocolError, VpFormatsNotSupported
from openid4vc.vp.request import Invocation
from openid4vc.vp.request_object import VerifiedRequest, refusal_address, verify_request_object
from openid4vc.vp.response import AuthorizationErrorResponse
from wallet.domain.asking import asker_of, fingerprint, invocation_parameters, requested_mandate
from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import (
    CouldNotReach,
    RequestClosed,
    RequestExpired,
    RequestFaulty,
    RequestNotTrusted,
    RequestUnusable,
)
from wallet.domain.request import Request, RequestId, RequestState, SealedRequest
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.chance import new_id, new_secret
from wallet.usecases.write_history import sealed_line

KIND = "request"


def receive_link(link: str, *, viewer: Viewer, ports: Ports) -> RequestId:
    """Receive a request by its whole link, of any scheme."""
    return receive_request(invocation_parameters(link), viewer=viewer, ports=ports)


def receive_request(parameters: Mapping[str, str], *, viewer: Viewer, ports: Ports) -> RequestId:
    """The steps of docs/flows/consent.md up to the first page."""
    now = ports.clock()
    invocation = _read(parameters)
    request = Request(
        id=RequestId(new_id(ports)),
        client_id=invocation.client_id,
        wallet_nonce=(nonce := new_secret(ports) if invocation.request_uri_method == "post" else None),
        compact=_fetch(invocation.request_uri, nonce, ports),
        received_at=now,
    )
    verified = _accepted(request, invocation, viewer, ports)
    return _keep(request, verified, viewer, ports)


def verify_again(request: Request, *, now: datetime, ports: Ports) -> VerifiedRequest:
    """Verify the kept bytes anew for each use, so that nothing but them is ever shown or answered."""
    try:
        return verify_request_object(
            request.compact,
            expected_client_id=request.client_id,
            expected_wallet_nonce=request.wallet_nonce,
            anchors=ports.trust.access_anchors,
            now=now,
        )
    except CheckFailed as cause:
        ports.audit("request_check_failed", check=cause.check)
        raise (RequestExpired if cause.check in {"expired", "request_age"} else RequestNotTrusted) from cause
    except Malformed as cause:
        raise RequestNotTrusted from cause


def _read(parameters: Mapping[str, str]) -> Invocation:
    try:
        return Invocation.from_query(parameters)
    except ProtocolError as cause:
        raise RequestUnusable(error=cause.error) from cause


def _fetch(uri: str, nonce: str | None, ports: Ports) -> str:
    try:
        return ports.verifiers.request_object(uri, wallet_nonce=nonce)
    except PeerSilent as cause:
        raise CouldNotReach(host=cause.host) from cause
    except PeerRefused as cause:
        raise RequestClosed(host=cause.host) from cause
    except PeerNonsense as cause:
        raise RequestNotTrusted(host=cause.host) from cause


def _accepted(request: Request, invocation: Invocation, viewer: Viewer, ports: Ports) -> VerifiedRequest:
    """First who asks (never answered when unsure), then what (answered with the code that fits)."""
    now = request.received_at
    host = urls.split_url(invocation.request_uri).netloc
    try:
        verified = verify_again(request, now=now, ports=ports)
        if not verified.request.dcql_query.answerable:
            raise VpFormatsNotSupported("only dc+sd-jwt is answered here")
        requested_mandate(verified, now=now)
    except (RequestNotTrusted, RequestExpired) as refusal:
        _note_failure(Words(host, host), refusal.code, viewer, ports)
        raise type(refusal)(host=host) from refusal
    except ProtocolError as error:
        _tell(request, error, ports)
        _note_failure(Words(host, host), error.error, viewer, ports)
        raise RequestFaulty(host=host, error=error.error) from error
    return verified


def _tell(request: Request, error: ProtocolError, ports: Ports) -> None:
    """Post the refusal to who asked (8.5); whether it arrives changes nothing for the citizen."""
    try:
        address = refusal_address(
            request.compact,
            expected_client_id=request.client_id,
            expected_wallet_nonce=request.wallet_nonce,
            anchors=ports.trust.access_anchors,
            now=request.received_at,
        )
        answer = AuthorizationErrorResponse.of(error, state=address.state)
        ports.verifiers.answer(address.response_uri, answer.to_form())
    except (CheckFailed, Malformed, PeerSilent) as cause:
        ports.audit("refusal_unheard", kind=type(cause).__name__)


def _note_failure(who: Words, reason: str, viewer: Viewer, ports: Ports) -> None:
    """A request that failed is in the history too (DASH_02)."""
    note = HistoryNote(who=who, who_id="", reason=reason)
    happening = Happening(HistoryKind.REQUEST, RequestState.FAILED)
    line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
    ports.stores.history.add(line)


def _keep(request: Request, verified: VerifiedRequest, viewer: Viewer, ports: Ports) -> RequestId:
    """The same request once more is the same request; one that was answered does not come back."""
    mark = fingerprint(verified)
    kept = ports.stores.requests.keep(
        SealedRequest(
            id=request.id,
            account_id=viewer.account_id,
            fingerprint=mark,
            state=RequestState.OPEN,
            sealed=viewer.seal(dump(request), kind=KIND, id=request.id),
            created_at=request.received_at,
            expires_at=verified.request.expires_at,
        )
    )
    if kept:
        ports.audit("request_received", request=request.id, asker=asker_of(verified).identifier)
        return request.id
    known = ports.stores.requests.same(mark, account_id=viewer.account_id)
    if known is None or known.state is not RequestState.OPEN:
        raise RequestClosed(**({"id": known.id} if known else {}))
    return known.id
