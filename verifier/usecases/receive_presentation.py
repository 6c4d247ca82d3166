"""The response endpoint: verify the answer against the open request; the first good answer closes it."""

from collections.abc import Mapping
from datetime import datetime

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse
from verifier.domain.mandate import Declined
from verifier.domain.presentation import NOT_SHARED, TOLD_KEPT, Answered, Requested, told_with
from verifier.domain.question import question_of
from verifier.domain.records import ResultValues
from verifier.domain.refusals import Refused
from verifier.ports import Ports
from verifier.usecases.advice_in import signers_of
from verifier.usecases.client_name import client_id_of
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.keep_answer import ALREADY, GoodAnswer, keep_grant, keep_result
from verifier.usecases.open_envelope import UNKNOWN, Posted, open_envelope, read_posted
from verifier.usecases.verify_answer import Expected, verify_answer

WALLET_ERRORS = frozenset(
    [
        "invalid_request",
        "invalid_client",
        "access_denied",
        "vp_formats_not_supported",
        "invalid_request_uri_method",
        "invalid_transaction_data",
        "wallet_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "invalid_request_uri",
        "invalid_request_object",
        "request_not_supported",
        "request_uri_not_supported",
    ]
)
NOT_ACCEPTED = "the response was not accepted"


def receive_presentation(form: Mapping[str, str], body: bytes, *, ports: Ports) -> Answered:
    """Steps 6 to 9 of docs/flows/mandate.md; a bad answer changes nothing and learns nothing (P-11).

    The same bytes sent again get the same answer again, as long as nobody claimed the result: wallets lose
    answers too. Everything else after the first good answer is refused (V-32).
    """
    now = ports.clock()
    try:
        posted = read_posted(form, body)
        return _receive(posted, ports=ports, now=now)
    except (CheckFailed, Malformed, ProtocolError, Refused) as cause:
        check = check_name(cause)
        if check in (UNKNOWN, ALREADY):
            repeated = ports.store.answers.repeated(posted.digest, now=now)
            if repeated is not None:
                ports.audit("answer_repeated", request=repeated.id)
                return repeated
        ports.audit("presentation_refused", check=check)
        raise InvalidRequest(NOT_ACCEPTED) from cause


def check_name(cause: Exception) -> str:
    """The name of the check that said no, for the audit line."""
    match cause:
        case CheckFailed():
            return cause.check
        case ProtocolError():
            return cause.error
        case Refused():
            return cause.code
    return "malformed"


def _receive(posted: Posted, *, ports: Ports, now: datetime) -> Answered:
    opened = open_envelope(posted, ports=ports, now=now)
    requested, response = opened.requested, opened.response
    if isinstance(response, AuthorizationErrorResponse):
        return _decline(requested, response, posted.digest, ports=ports, now=now)
    return _accept(requested, response, posted.digest, ports=ports, now=now)


def _accept(
    requested: Requested, response: AuthorizationResponse, digest: str, *, ports: Ports, now: datetime
) -> Answered:
    """Verify everything, then keep it; whether it is a mandate was decided when the question was made."""
    token = response.unverified_vp_token
    expected = _expected(requested, now, ports)
    answer = verify_answer(token, expected=expected, ports=ports, now=now)
    good = GoodAnswer(requested, token, answer, digest)
    if requested.mandate_id is None:
        return keep_result(good, expected.query, ports=ports, now=now)
    return keep_grant(good, requested.mandate_id, ports=ports, now=now)


def _expected(requested: Requested, now: datetime, ports: Ports) -> Expected:
    return Expected(
        query=question_of(requested.dcql_query),
        audience=client_id_of(requested, ports=ports),
        nonce=requested.nonce,
        transaction_data=requested.transaction_data,
        signed_between=requested.key_binding_window(now=now),
        for_mandate=requested.mandate_id is not None,
        signed_by=signers_of(requested),
    )


def _decline(
    requested: Requested, said: AuthorizationErrorResponse, digest: str, *, ports: Ports, now: datetime
) -> Answered:
    """A well-formed refusal that knows its state ends the request (OpenID4VP 1.0, 8.5)."""
    error, told = said.error, told_with(said.error, said.description)
    if error not in WALLET_ERRORS:
        raise CheckFailed("unknown_error_code", "not a code of the standard")
    code = ports.new_token(32)
    answered = requested.answered(at=now, response_code=code, outcome=NOT_SHARED, digest=digest)
    declined = _declined(requested, ports=ports, now=now)
    kept = None if told is None else ResultValues(strict_json.dumps({"told": told}), now + TOLD_KEPT)
    if not ports.store.answers.decline(answered, declined, reason=error, told=kept):
        raise CheckFailed(ALREADY, "the request was answered")
    event = "presentation_declined" if declined is None else "mandate_declined"
    ports.audit(event, mandate=requested.mandate_id, request=requested.id, error=error)
    return answered


def _declined(requested: Requested, *, ports: Ports, now: datetime) -> Declined | None:
    if requested.mandate_id is None:
        return None
    entry = find_mandate(requested.mandate_id, now=now, ports=ports)
    return Declined(requested.mandate_id, entry.mandate.expires_at, declined_at=now)
