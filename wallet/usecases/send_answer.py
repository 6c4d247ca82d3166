"""Send an answer whose bytes are already kept, and write down how it ended."""

from wallet.domain.asking import return_address
from wallet.domain.documents import dump, load
from wallet.domain.peer import PeerSilent
from wallet.domain.refusals import RequestClosed
from wallet.domain.request import Answer, RequestId, RequestState, Result, SealedRequest, Trouble
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.receipt_offer import note_receipt_offer

ANSWER, RESULT = "answer", "request-result"


def send_answer(
    id: RequestId, answer: Answer, *, viewer: Viewer, ports: Ports, again: bool = False
) -> tuple[RequestState, Result]:
    """Post once; `again` says that an earlier try may have arrived, so that a no proves nothing."""
    outcome, result, receipt_offer = _post(answer, again, ports)
    if receipt_offer is not None:
        note_receipt_offer(id, receipt_offer, viewer=viewer, ports=ports)
    sealed = viewer.seal(dump(result), kind=RESULT, id=id)
    ports.stores.requests.settle(id, outcome, sealed, account_id=viewer.account_id)
    ports.audit("request_answered", request=id, outcome=outcome, trouble=result.trouble)
    return outcome, result


def kept_answer(request: SealedRequest, *, viewer: Viewer) -> Answer:
    """Return the bytes that were signed; they are gone as soon as the outcome is certain."""
    if request.sealed_answer is None:
        raise RequestClosed(id=request.id)
    return load(Answer, viewer.unseal(request.sealed_answer, kind=ANSWER, id=request.id))


def _post(answer: Answer, again: bool, ports: Ports) -> tuple[RequestState, Result, str | None]:
    try:
        delivery = ports.verifiers.answer(answer.response_uri, answer.form)
    except PeerSilent as silent:
        if silent.sent or again:
            return RequestState.NOT_CERTAIN, Result(trouble=Trouble.NO_ANSWER), None
        return RequestState.FAILED, Result(trouble=Trouble.NOT_SENT), None
    if not delivery.accepted:
        outcome = RequestState.NOT_CERTAIN if again else RequestState.FAILED
        return outcome, Result(trouble=Trouble.REFUSED), None
    address = return_address(delivery.redirect_uri, response_uri=answer.response_uri)
    strange = delivery.redirect_uri is not None and address is None
    result = Result(address, Trouble.STRANGE_RETURN if strange else None)
    return RequestState.SHARED, result, delivery.receipt_offer_uri
