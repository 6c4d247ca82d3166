"""What the citizen's wallet asks of the register: state, withdrawal, decision."""

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import api_errors
from chassis.forms import form_once
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.read_decision import read_decision_by_statement
from verifier.usecases.read_receipt import read_receipt_by_statement
from verifier.usecases.revoke_mandate import revoke_mandate
from verifier.web.entrance import ports
from verifier.web.wire import decision_member, mandate_brief, mandate_member, receipt_member

register = Blueprint("register", __name__, url_prefix="/mandates")
api_errors(register)


@register.get("/<mandate_id>")
def mandate(mandate_id: str) -> Response:
    """State and times; the id cannot be guessed and no values are told."""
    return jsonify(mandate_member(read_mandate(mandate_id, ports=ports()).entry))


@register.post("/<mandate_id>/revoke")
def revoke(mandate_id: str) -> Response:
    """Withdrawal, by a statement of the key that granted."""
    revoked = revoke_mandate(mandate_id, form_once().get("statement", ""), ports=ports())
    return jsonify(mandate=mandate_brief(revoked))


@register.get("/<mandate_id>/receipt")
def receipt(mandate_id: str) -> Response:
    """The receipt of the use, for the statement that reads the decision, as a bearer token (RFC 6750)."""
    statement = request.authorization.token if request.authorization else ""
    found = read_receipt_by_statement(mandate_id, statement or "", ports=ports())
    return jsonify(receipt_member(found))


@register.post("/<mandate_id>/receipt")
def receipt_by_form(mandate_id: str) -> Response:
    """The same for a caller that posts its statement, as for the decision."""
    found = read_receipt_by_statement(mandate_id, form_once().get("statement", ""), ports=ports())
    return jsonify(receipt_member(found))


@register.post("/<mandate_id>/decision")
def decision(mandate_id: str) -> Response:
    """The decision, for a statement of the key that granted."""
    found = read_decision_by_statement(mandate_id, form_once().get("statement", ""), ports=ports())
    return jsonify(decision_member(found))
