"""The response endpoint: verify the answer against the open request; the first good answer closes it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chassis.tokens import token_hash
from consent.evidence import Evidence
from consent.mandate import Mandate, decode_mandate
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed, InvalidRequest, Malformed, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse
from verifier.domain.mandate import Proposed
from verifier.domain.presentation import NOT_SHARED, SHARED, Answered, Requested
from verifier.domain.records import GrantValues
from verifier.domain.refusals import Refused
from verifier.ports import Ports
from verifier.usecases.verify_answer import IDENTITY, Expected, VerifiedAnswer, verify_answer

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


def read_response(
    form: Mapping[str, str], *, ports: Ports
) -> AuthorizationResponse | AuthorizationErrorResponse:
    """Parse the fields; what is no answer at all is refused in the same words as a bad one."""
    try:
        return AuthorizationResponse.from_form(form)
    except InvalidRequest as cause:
        raise _refused("envelope", None, ports) from cause


def receive_presentation(
    response: AuthorizationResponse | AuthorizationErrorResponse, *, ports: Ports
) -> Answered:
    """Steps 6 to 9 of docs/flows/mandate.md; a bad answer changes nothing and learns nothing (P-11)."""
    now = ports.clock()
    requested = ports.store.presentations.open_request(response.state or "")
    if requested is None or not requested.is_open(now=now):
        raise _refused("unknown_state", None, ports)
    if isinstance(response, AuthorizationErrorResponse):
        return _decline(requested, response.error, ports=ports, now=now)
    try:
        answer = verify_answer(
            response.unverified_vp_token, expected=_expected(requested, now, ports), ports=ports, now=now
        )
        return _grant(requested, response.unverified_vp_token, answer, ports=ports, now=now)
    except (CheckFailed, Malformed, ProtocolError, Refused) as cause:
        raise _refused(check_name(cause), requested, ports) from cause


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


def _expected(requested: Requested, now: datetime, ports: Ports) -> Expected:
    return Expected(
        query=parse_dcql(strict_json.loads(requested.dcql_query)),
        audience=ports.access.client_id,
        nonce=requested.nonce,
        transaction_data=requested.transaction_data,
        signed_between=requested.key_binding_window(now=now),
    )


def _grant(
    requested: Requested, vp_token: Mapping[str, Any], answer: VerifiedAnswer, *, ports: Ports, now: datetime
) -> Answered:
    mandate = decode_mandate(requested.transaction_data)
    proposed = Proposed(requested.mandate_id, requested.expires_at, mandate.ends())
    answered = requested.answered(at=now, response_code=ports.new_token(32), outcome=SHARED)
    closed = ports.store.presentations.grant(
        answered,
        proposed.granted(at=now),
        _values(requested, vp_token, answer, mandate),
        code_hash=token_hash(answered.response_code),
    )
    if not closed:
        raise CheckFailed("already_answered", "the request was answered, or this signature was seen before")
    ports.audit("mandate_granted", mandate=requested.mandate_id, request=requested.id)
    return answered


def _values(
    requested: Requested, vp_token: Mapping[str, Any], answer: VerifiedAnswer, mandate: Mandate
) -> GrantValues:
    """What proves the grant, apart from what was shared with it."""
    holder = answer.identity.holder_key
    if requested.request_object is None:
        raise CheckFailed("never_asked", "nobody fetched the request that this answers")
    if holder is None or answer.identity.jti is None:
        raise CheckFailed("key_binding_jti", "a signed mandate carries a unique jti (P-09)")
    presentations = {query_id: held[0] for query_id, held in vp_token.items()}
    evidence = Evidence(
        request_object=requested.request_object,
        transaction_data=requested.transaction_data,
        identity=presentations.pop(IDENTITY),
    )
    return GrantValues(
        evidence=evidence.to_json(),
        presentations=strict_json.dumps(presentations),
        grantor_jwk=strict_json.dumps(holder.jwk()).decode(),
        key_binding_jti=answer.identity.jti,
        retain_until=mandate.ends() + retention_of(mandate),
    )


def retention_of(mandate: Mandate) -> timedelta:
    """The longest term that the signed text allows, e.g. P30D."""
    return max(timedelta(days=int(scope.retention[1:-1])) for scope in mandate.data)


def _decline(requested: Requested, error: str, *, ports: Ports, now: datetime) -> Answered:
    """A well-formed refusal that knows its state ends the request (OpenID4VP 1.0, 8.5)."""
    if error not in WALLET_ERRORS:
        raise _refused("unknown_error_code", requested, ports)
    mandate = decode_mandate(requested.transaction_data)
    proposed = Proposed(requested.mandate_id, requested.expires_at, mandate.ends())
    answered = requested.answered(at=now, response_code=ports.new_token(32), outcome=NOT_SHARED)
    closed = ports.store.presentations.decline(
        answered,
        proposed.declined(at=now),
        code_hash=token_hash(answered.response_code),
        reason=error,
    )
    if not closed:
        raise _refused("already_answered", requested, ports)
    ports.audit("mandate_declined", mandate=requested.mandate_id, request=requested.id, error=error)
    return answered


def _refused(check: str, requested: Requested | None, ports: Ports) -> InvalidRequest:
    """The cause goes to the log, never over the wire."""
    ports.audit("presentation_refused", check=check, request=requested.id if requested else None)
    return InvalidRequest(NOT_ACCEPTED)
