"""The request endpoint: the stored request, signed (OpenID4VP 1.0, 5.10)."""

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import InvalidRequest
from openid4vc.jose import strict_json
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import sign_request_object
from verifier.domain.presentation import Requested
from verifier.domain.refusals import UnknownTransaction
from verifier.ports import Ports

MAX_WALLET_NONCE = 512


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
    return AuthorizationRequest(
        client_id=ports.access.client_id,
        response_uri=f"{ports.addresses.own}/oid4vp/response",
        nonce=requested.nonce,
        state=requested.state,
        dcql_query=parse_dcql(strict_json.loads(requested.dcql_query)),
        transaction_data=(requested.transaction_data,),
        issued_at=requested.issued_at,
        expires_at=requested.expires_at,
        wallet_nonce=wallet_nonce,
    )
