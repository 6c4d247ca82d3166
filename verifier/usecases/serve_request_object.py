"""The request endpoint: the stored request, signed (OpenID4VP 1.0, 5.10)."""

from typing import Any

from openid4vc.errors import InvalidRequest
from openid4vc.vp.client_metadata import encrypting_client_metadata, plain_client_metadata
from openid4vc.vp.request import AuthorizationRequest, VerifierInfo
from openid4vc.vp.request_object import sign_request_object
from verifier.domain.presentation import Requested
from verifier.domain.question import question_of
from verifier.domain.refusals import UnknownTransaction
from verifier.ports import Ports
from verifier.usecases.client_name import client_id_of

MAX_WALLET_NONCE = 512
REGISTRATION = "registration_cert"


def serve_request_object(request_id: str, *, wallet_nonce: str | None, ports: Ports) -> str:
    """Step 5 of docs/flows/mandate.md: served again until it is answered; the transaction is single-use."""
    now = ports.clock()
    if wallet_nonce is not None and not (0 < len(wallet_nonce) <= MAX_WALLET_NONCE):
        raise InvalidRequest("wallet_nonce is empty or too long")
    requested = ports.store.presentations.find_open(request_id)
    if requested is None or not requested.is_open(now=now):
        raise UnknownTransaction
    request = authorization_request(requested, wallet_nonce=wallet_nonce, ports=ports)
    compact = sign_request_object(request, key=ports.access.key, chain=ports.access.chain)
    if not ports.store.presentations.keep_request_object(requested.id, compact, now=now):
        raise UnknownTransaction
    return compact


def authorization_request(
    requested: Requested, *, wallet_nonce: str | None, ports: Ports
) -> AuthorizationRequest:
    """The stored strings in their places; nothing is made up again."""
    text = requested.transaction_data
    return AuthorizationRequest(
        client_id=client_id_of(requested, ports=ports),
        response_uri=f"{ports.addresses.own}/oid4vp/response",
        response_mode=requested.manner.response_mode,
        nonce=requested.nonce,
        state=requested.state,
        dcql_query=question_of(requested.dcql_query),
        transaction_data=() if text is None else (text,),
        client_metadata=_client_metadata(requested),
        issued_at=requested.issued_at,
        expires_at=requested.expires_at,
        wallet_nonce=wallet_nonce,
        verifier_info=_verifier_info(ports.access.registration_for(requested.purpose)),
    )


def _client_metadata(requested: Requested) -> dict[str, Any]:
    """The public half of this request's own key, where the answer must be encrypted (HAIP 1.0, 5)."""
    key = requested.reply_key
    return plain_client_metadata() if key is None else encrypting_client_metadata([key.key.jwk(key.kid)])


def _verifier_info(registration: str | None) -> tuple[VerifierInfo, ...]:
    """Exactly one registration certificate, by value, about all of the question (RPRC_19, RPRC_20)."""
    return () if registration is None else (VerifierInfo(format=REGISTRATION, data=registration),)
