"""Endpoints that wallets call to get credentials (OpenID4VCI 1.0; RFC 6749)."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from chassis.errors_http import oauth_answer, protocol_errors
from chassis.forms import json_body
from issuer.usecases.hand_out_nonce import hand_out_nonce
from issuer.usecases.issue_credential import issue_credential
from issuer.usecases.offer_credential import fetch_offer
from issuer.usecases.redeem_pre_authorized_code import redeem_pre_authorized_code
from issuer.usecases.take_notification import take_notification
from issuer.web.asking import bearer_token, organisation_at, ports, token_form
from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidNotificationRequest,
    InvalidRequest,
    ProtocolError,
)
from openid4vc.oauth.token import TokenRequest
from openid4vc.vci.nonce import NonceResponse

protocol = Blueprint("protocol", __name__)
protocol_errors(protocol)

OWN_WORD: dict[str | None, type[ProtocolError]] = {
    "protocol.credential": InvalidCredentialRequest,
    "protocol.notification": InvalidNotificationRequest,
}
"""Endpoints whose closed list of codes has its own word for a request that cannot be read."""


@protocol.get("/<organisation>/offers/<offer_id>")
def offer(organisation: str, offer_id: str) -> Response:
    """Credential offer by reference (OpenID4VCI 1.0, 4.1.3)."""
    offered = fetch_offer(offer_id, organisation=organisation_at(organisation), ports=ports())
    return jsonify(offered.to_json())


@protocol.post("/<organisation>/token")
def token(organisation: str) -> Response:
    """Token endpoint (OpenID4VCI 1.0, 6)."""
    tenant = organisation_at(organisation)
    wanted = TokenRequest.from_form(token_form())
    return jsonify(redeem_pre_authorized_code(wanted, organisation=tenant, ports=ports()).to_json())


@protocol.post("/<organisation>/nonce")
def nonce(organisation: str) -> Response:
    """Nonce endpoint: no authentication, and whatever is in the body is not read (OpenID4VCI 1.0, 7)."""
    fresh = hand_out_nonce(organisation_at(organisation), ports=ports())
    return jsonify(NonceResponse(c_nonce=fresh).to_json())


@protocol.post("/<organisation>/credential")
def credential(organisation: str) -> Response:
    """Credential endpoint (OpenID4VCI 1.0, 8)."""
    tenant, access_token = organisation_at(organisation), bearer_token()
    issued = issue_credential(json_body(), access_token=access_token, organisation=tenant, ports=ports())
    return jsonify(issued.to_json())


@protocol.post("/<organisation>/notification")
def notification(organisation: str) -> tuple[str, int]:
    """Notification endpoint (OpenID4VCI 1.0, 11)."""
    tenant, access_token = organisation_at(organisation), bearer_token()
    take_notification(json_body(), access_token=access_token, organisation=tenant, ports=ports())
    return "", 204


@protocol.errorhandler(InvalidRequest)
@protocol.errorhandler(HTTPException)
def in_the_words_of_the_endpoint(error: InvalidRequest | HTTPException) -> Response:
    """The credential and notification endpoints have no invalid_request (OpenID4VCI 1.0, 8.3.1.2, 11.3)."""
    own = OWN_WORD.get(request.endpoint)
    return oauth_answer(error if own is None else own(_public(error)))


def _public(error: InvalidRequest | HTTPException) -> str:
    return error.public if isinstance(error, InvalidRequest) else "this body cannot be read here"
