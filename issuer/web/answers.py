"""Answers of the protocol endpoints: credentials, refused tokens, and what must come back next time."""

from flask import Response, request

from chassis.errors_http import oauth_answer
from issuer.usecases.hand_out_challenge import hand_out_challenge, hand_out_dpop_nonce
from issuer.usecases.open_message import Reply
from issuer.web.asking import header_values, ports
from openid4vc.errors import InsufficientScope, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.oauth.attestation import ATTESTATION_HEADER, CHALLENGE_HEADER
from openid4vc.oauth.dpop import DPOP_HEADER, NONCE_HEADER
from openid4vc.oauth.resource import BEARER, DPOP, challenge
from openid4vc.vci.deferred import PENDING_STATUS
from openid4vc.vci.encryption import ENCRYPTED_MEDIA_TYPE

WAIT = {429: "60", 503: "5"}
NONCE_ANYWAY = ("protocol.nonce",)


def credential_answer(reply: Reply) -> Response:
    """Encrypted exactly when the request asked for it, the promise of later too (OpenID4VCI 1.0, 10)."""
    message = reply.response.to_json()
    if reply.wanted is None:
        response = Response(strict_json.dumps_plain(message), content_type="application/json")
    else:
        response = Response(reply.wanted.encrypt(message), content_type=ENCRYPTED_MEDIA_TYPE)
    response.status_code = PENDING_STATUS if reply.response.deferred else 200
    return response


def token_refused(refusal: ProtocolError) -> Response:
    """Under the scheme that was tried; a wrong proof is 401 here, not 400 (RFC 9449, 7.1)."""
    response = oauth_answer(refusal)
    response.status_code = 403 if isinstance(refusal, InsufficientScope) else 401
    tried = (header_values("Authorization") or ("",))[0].lower()
    response.headers["WWW-Authenticate"] = challenge(
        refusal, scheme=DPOP if tried.startswith("dpop ") else BEARER
    )
    return response


def with_what_comes_next(response: Response) -> Response:
    """A fresh DPoP nonce and challenge for whoever uses them (RFC 9449, 8.2), and how long to wait."""
    tenant = ports().organisations.get((request.view_args or {}).get("organisation", ""))
    if tenant is None:
        return response
    if DPOP_HEADER in request.headers or request.endpoint in NONCE_ANYWAY:
        response.headers[NONCE_HEADER] = hand_out_dpop_nonce(tenant, ports=ports())
    if ATTESTATION_HEADER in request.headers:
        response.headers[CHALLENGE_HEADER] = hand_out_challenge(tenant, ports=ports())
    if response.status_code in WAIT:
        response.headers.setdefault("Retry-After", WAIT[response.status_code])
    return response
