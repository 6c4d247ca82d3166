"""The endpoints of OpenID4VP 1.0: request and response."""

from flask import Blueprint, Response, jsonify, make_response
from flask import request as http_request

from chassis.errors_http import protocol_errors
from chassis.forms import FORM, fields_once, form_once, require_content_type
from openid4vc.vp.request_object import REQUEST_OBJECT_TYPE
from verifier.usecases.offer_receipt import link_for_answer
from verifier.usecases.receive_presentation import receive_presentation
from verifier.usecases.serve_request_object import serve_request_object
from verifier.web.entrance import ports
from verifier.web.wire import way_back

protocol = Blueprint("protocol", __name__, url_prefix="/oid4vp")
protocol_errors(protocol)


@protocol.get("/request/<request_id>")
def request_by_get(request_id: str) -> Response:
    """Request URI without a wallet nonce (OpenID4VP 1.0, 5.10)."""
    return _request_object(serve_request_object(request_id, wallet_nonce=None, ports=ports()))


@protocol.post("/request/<request_id>")
def request_by_post(request_id: str) -> Response:
    """Request URI with an optional wallet nonce; wallet_metadata is not needed (OpenID4VP 1.0, 5.10)."""
    nonce = _optional_form().get("wallet_nonce")
    return _request_object(serve_request_object(request_id, wallet_nonce=nonce, ports=ports()))


@protocol.post("/response")
def response() -> Response:
    """Response URI (OpenID4VP 1.0, 8.2)."""
    form = form_once()
    answered = receive_presentation(form, http_request.get_data(cache=True), ports=ports())
    return jsonify(way_back(answered, link_for_answer(answered, ports=ports())))


def _optional_form() -> dict[str, str]:
    """A form, or nothing at all."""
    body = http_request.get_data(cache=True)
    if body:
        require_content_type(FORM)
    return fields_once(body)


def _request_object(compact: str) -> Response:
    answer = make_response(compact)
    answer.content_type = REQUEST_OBJECT_TYPE
    return answer
