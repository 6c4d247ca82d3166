"""Endpoints that wallets call to get the receipt of a mandate (OpenID4VCI 1.0; RFC 6749, 6750)."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from chassis.errors_http import oauth_answer, protocol_errors
from chassis.forms import form_once, json_body, query_once
from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidNotificationRequest,
    InvalidRequest,
    InvalidToken,
    ProtocolError,
)
from openid4vc.oauth.resource import BEARER, UnverifiedToken, challenge, parse_authorization
from openid4vc.oauth.token import TokenRequest
from openid4vc.vci.nonce import NonceResponse
from verifier.usecases.give_receipt_token import give_receipt_token, hand_out_proof_nonce
from verifier.usecases.issue_receipt import issue_receipt, take_receipt_notification
from verifier.usecases.offer_receipt import offer_receipt
from verifier.web.entrance import ports

receipt_issuer = Blueprint("receipt_issuer", __name__, url_prefix="/receipts")
protocol_errors(receipt_issuer)

OWN_WORD: dict[str | None, type[ProtocolError]] = {
    "receipt_issuer.credential": InvalidCredentialRequest,
    "receipt_issuer.notification": InvalidNotificationRequest,
}
"""Endpoints that want an access token; their closed lists have their own word for what cannot be read."""


@receipt_issuer.after_request
def never_kept(response: Response) -> Response:
    """Codes, tokens, nonces and credentials are for one reader (RFC 6749, 5.1; OpenID4VCI 1.0, 7.2)."""
    response.headers["Cache-Control"] = "no-store"
    return response


@receipt_issuer.get("/offers/<mandate_id>/<secret>")
def offer(mandate_id: str, secret: str) -> Response:
    """Credential offer by reference (OpenID4VCI 1.0, 4.1.3)."""
    return jsonify(offer_receipt(mandate_id, secret, ports=ports()).to_json())


@receipt_issuer.post("/token")
def token() -> Response:
    """Token endpoint (RFC 6749, 3.2; OpenID4VCI 1.0, 6)."""
    if request.query_string:
        raise InvalidRequest("parameters belong in the body")
    wanted = TokenRequest.from_form(form_once())
    return jsonify(give_receipt_token(wanted, ports=ports()).to_json())


@receipt_issuer.post("/nonce")
def nonce() -> Response:
    """Nonce endpoint: no authentication, and whatever is in the body is not read (OpenID4VCI 1.0, 7)."""
    return jsonify(NonceResponse(c_nonce=hand_out_proof_nonce(ports=ports())).to_json())


@receipt_issuer.post("/credential")
def credential() -> Response:
    """Credential endpoint (OpenID4VCI 1.0, 8)."""
    presented = _presented()
    return jsonify(issue_receipt(json_body(), presented, ports=ports()).to_json())


@receipt_issuer.post("/notification")
def notification() -> tuple[str, int]:
    """Notification endpoint (OpenID4VCI 1.0, 11)."""
    presented = _presented()
    take_receipt_notification(json_body(), presented, ports=ports())
    return "", 204


@receipt_issuer.errorhandler(InvalidRequest)
@receipt_issuer.errorhandler(HTTPException)
def in_the_words_of_the_endpoint(error: InvalidRequest | HTTPException) -> Response:
    """The credential and notification endpoints have no invalid_request (OpenID4VCI 1.0, 8.3.1.2, 11.3)."""
    own = OWN_WORD.get(request.endpoint)
    public = error.public if isinstance(error, InvalidRequest) else "this body cannot be read here"
    return oauth_answer(error if own is None else own(public))


@receipt_issuer.errorhandler(InvalidToken)
def in_the_way_of_a_resource(error: InvalidToken) -> Response:
    """A resource refuses with a challenge (RFC 6750, 3)."""
    response = oauth_answer(error)
    response.headers["WWW-Authenticate"] = challenge(error, scheme=BEARER)
    return response


def _presented() -> UnverifiedToken:
    """The access token from its header; one in the address is refused, whatever it is (RFC 6750, 2.3)."""
    if "access_token" in query_once():
        raise InvalidToken("an access token never belongs in the address")
    lines = request.headers.getlist("Authorization")
    return parse_authorization([part.strip() for line in lines for part in line.split(",")])
