"""Receive a request: fetch it, know who asks, and refuse what the citizen could not judge."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from consent.asker import asker_of, requested_mandate
from openid4vc import urls
from openid4vc.errors import (
    AccessDenied,
    CheckFailed,
    InvalidRequest,
    Malformed,
    ProtocolError,
    VpFormatsNotSupported,
)
from openid4vc.vp.client_id import REDIRECT_URI, client_id_prefix
from openid4vc.vp.request import Invocation
from openid4vc.vp.request_object import Expected
from openid4vc.vp.response import AuthorizationErrorResponse
from openid4vc.vp.sender import AnyRequest, request_refusal_address, verify_request
from openid4vc.vp.unsigned_request import request_object_of
from wallet.domain.asking import fingerprint, invocation_parameters
from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.peer import MOST_EVIDENCE, PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import (
    CouldNotReach,
    Refusal,
    RequestClosed,
    RequestExpired,
    RequestFaulty,
    RequestNotTrusted,
    RequestUnusable,
)
from wallet.domain.registering import registration_data
from wallet.domain.request import Request, RequestId, RequestState, SealedRequest
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.answer_threshold import require_no_probing
from wallet.usecases.chance import new_id, new_secret
from wallet.usecases.judge_by_settings import require_registered, require_rung
from wallet.usecases.judge_registration import judge_registration
from wallet.usecases.write_history import sealed_line

KIND = "request"


def receive_link(link: str, *, viewer: Viewer, ports: Ports) -> RequestId:
    """Receive a request by its whole link, of any scheme."""
    return receive_request(invocation_parameters(link), viewer=viewer, ports=ports)


def receive_request(parameters: Mapping[str, str], *, viewer: Viewer, ports: Ports) -> RequestId:
    """The steps of docs/flows/consent.md up to the first page."""
    request, host = _fetched(parameters, ports)
    asked = _accepted(request, host, viewer, ports)
    doubt = judge_registration(asked, ports=ports)
    if ports.policy.require_registration and (doubt or registration_data(asked.request) is None):
        _refuse(request, InvalidRequest("a registration certificate is needed here"), host, viewer, ports)
    request = replace(request, registration_doubt=doubt)
    _require_wanted(request, asked, viewer, ports)
    return _keep(request, asked, viewer, ports)


def _require_wanted(request: Request, asked: AnyRequest, viewer: Viewer, ports: Ports) -> None:
    """What the citizen set says no in the citizen's place: the asker hears the same as from a person."""
    try:
        require_rung(asked, now=request.received_at, viewer=viewer, ports=ports)
        require_registered(asked, request, viewer=viewer, ports=ports)
        require_no_probing(asked, now=request.received_at, viewer=viewer, ports=ports)
    except Refusal as refusal:
        _tell(request, AccessDenied(), ports)
        asker = asker_of(asked)
        note = HistoryNote(
            who=Words(asker.organisation, asker.organisation),
            who_id=asker.identifier,
            reason=refusal.code,
            request_object=request.compact,
        )
        happening = Happening(HistoryKind.REQUEST, RequestState.NOT_SHARED)
        line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
        ports.stores.history.add(line)
        raise


def verify_again(request: Request, *, now: datetime, ports: Ports) -> AnyRequest:
    """Verify the kept bytes anew for each use, so that nothing but them is ever shown or answered."""
    try:
        return verify_request(
            request.compact, senders=ports.trust.senders, **_expected(request, now=now, ports=ports)
        )
    except CheckFailed as cause:
        ports.audit("request_check_failed", check=cause.check)
        raise (RequestExpired if cause.check in {"expired", "request_age"} else RequestNotTrusted) from cause
    except Malformed as cause:
        raise RequestNotTrusted from cause


def _expected(request: Request, *, now: datetime, ports: Ports) -> Expected:
    return {
        "expected_client_id": request.client_id,
        "expected_wallet_nonce": request.wallet_nonce,
        "now": now,
        "own_issuer": ports.client.id,
    }


def _fetched(parameters: Mapping[str, str], ports: Ports) -> tuple[Request, str]:
    """By reference; whole in the link only for a sender that proves nothing, where such are let in at all."""
    client_id = parameters.get("client_id", "")
    _require_prefix(client_id)
    now, id = ports.clock(), RequestId(new_id(ports))
    try:
        if "request_uri" not in parameters and client_id.startswith(f"{REDIRECT_URI}:"):
            compact = request_object_of(parameters, now=now)
            return Request(id, client_id, compact, None, now), client_id.partition(":")[2]
        invocation = Invocation.from_query(parameters)
    except ProtocolError as cause:
        raise RequestUnusable(error=cause.error) from cause
    nonce = new_secret(ports) if invocation.request_uri_method == "post" else None
    compact = _fetch(invocation.request_uri, nonce, ports)
    host = urls.split_url(invocation.request_uri).netloc
    return Request(id, invocation.client_id, compact, nonce, now), host


def _require_prefix(client_id: str) -> None:
    """An identity that nobody here can check is refused before anything is fetched (5.9)."""
    if not client_id:
        raise RequestUnusable
    try:
        client_id_prefix(client_id)
    except CheckFailed as cause:
        raise RequestNotTrusted from cause


def _fetch(uri: str, nonce: str | None, ports: Ports) -> str:
    try:
        return ports.verifiers.request_object(uri, wallet_nonce=nonce)
    except PeerSilent as cause:
        raise CouldNotReach(host=cause.host) from cause
    except PeerRefused as cause:
        raise RequestClosed(host=cause.host) from cause
    except PeerNonsense as cause:
        raise RequestNotTrusted(host=cause.host) from cause


def _accepted(request: Request, host: str, viewer: Viewer, ports: Ports) -> AnyRequest:
    """First who asks (never answered when unsure), then what (answered with the code that fits)."""
    now = request.received_at
    try:
        asked = verify_again(request, now=now, ports=ports)
        if not asked.request.dcql_query.answerable:
            raise VpFormatsNotSupported("only dc+sd-jwt is answered here")
        requested_mandate(asked, now=now)
    except (RequestNotTrusted, RequestExpired) as refusal:
        _note_failure(request, Words(host, host), refusal.code, viewer, ports)
        raise type(refusal)(host=host) from refusal
    except ProtocolError as error:
        _refuse(request, error, host, viewer, ports)
    return asked


def _refuse(request: Request, error: ProtocolError, host: str, viewer: Viewer, ports: Ports) -> NoReturn:
    _tell(request, error, ports)
    _note_failure(request, Words(host, host), error.error, viewer, ports)
    raise RequestFaulty(host=host, error=error.error) from error


def _tell(request: Request, error: ProtocolError, ports: Ports) -> None:
    """Post the refusal to who asked (8.5); whether it arrives changes nothing for the citizen."""
    try:
        address = request_refusal_address(
            request.compact,
            senders=ports.trust.senders,
            **_expected(request, now=request.received_at, ports=ports),
        )
        answer = AuthorizationErrorResponse.of(error, state=address.state)
        ports.verifiers.answer(address.response_uri, answer.to_form())
    except (CheckFailed, Malformed, PeerSilent) as cause:
        ports.audit("refusal_unheard", kind=type(cause).__name__)


def _note_failure(request: Request, who: Words, reason: str, viewer: Viewer, ports: Ports) -> None:
    """A request that failed is in the history too, with its bytes as evidence (DASH_02, RPT_DPA_02)."""
    compact = request.compact if len(request.compact) <= MOST_EVIDENCE else None
    note = HistoryNote(who=who, who_id="", reason=reason, request_object=compact)
    happening = Happening(HistoryKind.REQUEST, RequestState.FAILED)
    line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
    ports.stores.history.add(line)


def _keep(request: Request, asked: AnyRequest, viewer: Viewer, ports: Ports) -> RequestId:
    """The same request once more is the same request; one that was answered does not come back."""
    mark = fingerprint(asked)
    kept = ports.stores.requests.keep(
        SealedRequest(
            id=request.id,
            account_id=viewer.account_id,
            fingerprint=mark,
            state=RequestState.OPEN,
            sealed=viewer.seal(dump(request), kind=KIND, id=request.id),
            created_at=request.received_at,
            expires_at=asked.request.expires_at,
        )
    )
    if kept:
        ports.audit("request_received", request=request.id, asker=asker_of(asked).client_id)
        return request.id
    known = ports.stores.requests.same(mark, account_id=viewer.account_id)
    if known is None or known.state is not RequestState.OPEN:
        raise RequestClosed(**({"id": known.id} if known else {}))
    return known.id
