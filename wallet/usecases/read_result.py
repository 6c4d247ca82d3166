"""Read how a request ended, and look once more when that is not certain."""

from dataclasses import dataclass

from wallet.domain.documents import dump, load
from wallet.domain.history import HistoryNote
from wallet.domain.refusals import RequestClosed
from wallet.domain.request import RequestId, RequestState, Result
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_history import read_history
from wallet.usecases.send_answer import RESULT, kept_answer, send_answer
from wallet.usecases.show_request import find_request
from wallet.usecases.view_mandate import mandate_of_request, refresh_mandate


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome of a request with what the citizen may do next."""

    id: RequestId
    state: RequestState
    result: Result
    note: HistoryNote | None
    may_send_again: bool


def read_result(id: RequestId, *, viewer: Viewer, ports: Ports) -> Ended:
    """Return the outcome; an open request has none yet."""
    sealed = find_request(id, viewer=viewer, ports=ports)
    result = Result()
    if sealed.sealed_result is not None:
        result = load(Result, viewer.unseal(sealed.sealed_result, kind=RESULT, id=id))
    lines = read_history(viewer=viewer, ports=ports)
    note = next((line.note for line in lines if line.request_id == id), None)
    again = sealed.sealed_answer is not None and sealed.expires_at > ports.clock()
    return Ended(id, sealed.state, result, note, again)


def send_again(id: RequestId, *, viewer: Viewer, ports: Ports) -> RequestState:
    """Ask the register first; only if it does not know, post the same bytes once more, nothing new signed."""
    sealed = find_request(id, viewer=viewer, ports=ports)
    if sealed.state is not RequestState.NOT_CERTAIN:
        raise RequestClosed(id=id)
    mandate = mandate_of_request(id, viewer=viewer, ports=ports)
    if mandate is not None and refresh_mandate(mandate.id, viewer=viewer, ports=ports).granted:
        done = viewer.seal(dump(Result()), kind=RESULT, id=id)
        ports.stores.requests.settle(id, RequestState.SHARED, done, account_id=viewer.account_id)
        return RequestState.SHARED
    answer = kept_answer(sealed, viewer=viewer)
    return send_answer(id, answer, viewer=viewer, ports=ports, again=True)[0]
