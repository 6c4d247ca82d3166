"""Endpoints that wallets call to get credentials (OpenID4VCI 1.0; RFC 6749, 9126, 9449)."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from chassis.errors_http import oauth_answer, protocol_errors
from chassis.forms import json_body
from issuer.usecases.deliver_deferred import deliver_deferred
from issuer.usecases.give_access import give_access
from issuer.usecases.hand_out_challenge import hand_out_challenge
from issuer.usecases.hand_out_nonce import hand_out_nonce
from issuer.usecases.issue_credential import issue_credential
from issuer.usecases.offer_credential import fetch_offer
from issuer.usecases.push_authorization import push_authorization
from issuer.usecases.take_notification import take_notification
from issuer.web.answers import credential_answer, token_refused, with_what_comes_next
from issuer.web.asking import caller, message_body, oauth_form, organisation_at, ports, presented_token
from openid4vc.errors import (
    InsufficientScope,
    InvalidCredentialRequest,
    InvalidDpopProof,
    InvalidNotificationRequest,
    InvalidRequest,
    InvalidToken,
    ProtocolError,
    UseDpopNonce,
)
from openid4vc.oauth.token import parse_token_request
from openid4vc.vci.nonce import NonceResponse

protocol = Blueprint("protocol", __name__)
protocol_errors(protocol)
protocol.after_request(with_what_comes_next)

OWN_WORD: dict[str | None, type[ProtocolError]] = {
    "protocol.credential": InvalidCredentialRequest,
    "protocol.deferred": InvalidCredentialRequest,
    "protocol.notification": InvalidNotificationRequest,
}
"""Endpoints that want an access token; their closed lists have their own word for what cannot be read."""


@protocol.get("/<organisation>/offers/<offer_id>")
def offer(organisation: str, offer_id: str) -> Response:
    """Credential offer by reference (OpenID4VCI 1.0, 4.1.3)."""
    tenant, asker = organisation_at(organisation), request.remote_addr or ""
    return jsonify(fetch_offer(offer_id, asker=asker, organisation=tenant, ports=ports()).to_json())


@protocol.post("/<organisation>/challenge")
def challenge(organisation: str) -> Response:
    """Challenge endpoint (attestation-based client authentication, 8)."""
    fresh = hand_out_challenge(organisation_at(organisation), ports=ports())
    return jsonify(attestation_challenge=fresh)


@protocol.post("/<organisation>/par")
def par(organisation: str) -> tuple[Response, int]:
    """Pushed authorization request endpoint (RFC 9126, 2)."""
    tenant = organisation_at(organisation)
    pushed = push_authorization(oauth_form(), caller(), organisation=tenant, ports=ports())
    return jsonify(pushed.to_json()), 201


@protocol.post("/<organisation>/token")
def token(organisation: str) -> Response:
    """Token endpoint (RFC 6749, 3.2; OpenID4VCI 1.0, 6)."""
    tenant = organisation_at(organisation)
    wanted = parse_token_request(oauth_form())
    return jsonify(give_access(wanted, caller(), organisation=tenant, ports=ports()).to_json())


@protocol.post("/<organisation>/nonce")
def nonce(organisation: str) -> Response:
    """Nonce endpoint: no authentication, and whatever is in the body is not read (OpenID4VCI 1.0, 7)."""
    fresh = hand_out_nonce(organisation_at(organisation), ports=ports())
    return jsonify(NonceResponse(c_nonce=fresh).to_json())


@protocol.post("/<organisation>/credential")
def credential(organisation: str) -> Response:
    """Credential endpoint (OpenID4VCI 1.0, 8)."""
    tenant, presented = organisation_at(organisation), presented_token()
    reply = issue_credential(message_body(), presented=presented, organisation=tenant, ports=ports())
    return credential_answer(reply)


@protocol.post("/<organisation>/deferred")
def deferred(organisation: str) -> Response:
    """Deferred credential endpoint (OpenID4VCI 1.0, 9)."""
    tenant, presented = organisation_at(organisation), presented_token()
    reply = deliver_deferred(message_body(), presented=presented, organisation=tenant, ports=ports())
    return credential_answer(reply)


@protocol.post("/<organisation>/notification")
def notification(organisation: str) -> tuple[str, int]:
    """Notification endpoint (OpenID4VCI 1.0, 11)."""
    tenant, presented = organisation_at(organisation), presented_token()
    take_notification(json_body(), presented=presented, organisation=tenant, ports=ports())
    return "", 204


@protocol.errorhandler(InvalidRequest)
@protocol.errorhandler(HTTPException)
def in_the_words_of_the_endpoint(error: InvalidRequest | HTTPException) -> Response:
    """The credential and notification endpoints have no invalid_request (OpenID4VCI 1.0, 8.3.1.2, 11.3)."""
    own = OWN_WORD.get(request.endpoint)
    return oauth_answer(error if own is None else own(_public(error)))


@protocol.errorhandler(InvalidToken)
@protocol.errorhandler(InsufficientScope)
@protocol.errorhandler(InvalidDpopProof)
@protocol.errorhandler(UseDpopNonce)
def in_the_way_of_the_endpoint(error: ProtocolError) -> Response:
    """A resource refuses with a challenge, the authorization server with a plain 400 (RFC 9449, 5, 7.1)."""
    return token_refused(error) if request.endpoint in OWN_WORD else oauth_answer(error)


def _public(error: InvalidRequest | HTTPException) -> str:
    return error.public if isinstance(error, InvalidRequest) else "this body cannot be read here"
