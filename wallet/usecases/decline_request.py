"""Decline a request: nothing is shared, and the asker learns no more than that there is no answer."""

from openid4vc.errors import AccessDenied
from openid4vc.vp.response import AuthorizationErrorResponse
from wallet.domain.asking import return_address
from wallet.domain.declining import TOLD, Reason
from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.peer import PeerSilent
from wallet.domain.refusals import RequestClosed
from wallet.domain.request import RequestId, RequestState, Result
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.send_answer import RESULT
from wallet.usecases.show_request import OpenRequest, show_request
from wallet.usecases.write_history import sealed_line


def decline_request(id: RequestId, *, viewer: Viewer, ports: Ports, reason: Reason | None = None) -> Result:
    """Close the request first, so that it does not come back; then tell `access_denied` and nothing more.

    The bytes are the same whether the citizen says no or does not hold what is asked (ARF RPA_11), unless
    the citizen chose to tell why: then the reason goes along as `error_description`.
    """
    shown = show_request(id, viewer=viewer, ports=ports)
    note = HistoryNote(
        who=Words(shown.asker.organisation, shown.asker.organisation),
        who_id=shown.asker.identifier,
        purpose=shown.screen.purpose if shown.screen else None,
        reason=reason,
    )
    happening = Happening(HistoryKind.REQUEST, RequestState.NOT_SHARED, id)
    line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
    if not ports.stores.requests.decline(id, line):
        raise RequestClosed(id=id)
    result = _tell(shown, reason, ports)
    sealed = viewer.seal(dump(result), kind=RESULT, id=id)
    ports.stores.requests.note_result(id, sealed, account_id=viewer.account_id)
    ports.audit("request_declined", request=id)
    return result


def _tell(shown: OpenRequest, reason: Reason | None, ports: Ports) -> Result:
    request = shown.verified.request
    said = AccessDenied(TOLD[reason]) if reason else AccessDenied()
    refusal = AuthorizationErrorResponse.of(said, state=request.state)
    try:
        delivery = ports.verifiers.answer(request.response_uri, refusal.to_form())
    except PeerSilent:
        return Result()
    return Result(return_address(delivery.redirect_uri, response_uri=request.response_uri))
