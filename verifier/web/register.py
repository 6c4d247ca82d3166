"""What the citizen's wallet asks of the register: state, withdrawal, decision."""

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import api_errors
from chassis.forms import form_once
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.give_receipt_token import hand_out_withdrawal_nonce
from verifier.usecases.offer_receipt import link_by_statement
from verifier.usecases.read_decision import read_decision_by_statement
from verifier.usecases.read_receipt import read_receipt_by_statement
from verifier.usecases.revoke_mandate import revoke_mandate
from verifier.usecases.withdraw_with_receipt import withdraw_with_receipt
from verifier.web.entrance import ports
from verifier.web.wire import decision_member, exactly_one_of, mandate_brief, mandate_member, receipt_member

register = Blueprint("register", __name__, url_prefix="/mandates")
api_errors(register)
WITHDRAWALS = {"presentation": withdraw_with_receipt, "statement": revoke_mandate}


@register.get("/<mandate_id>")
def mandate(mandate_id: str) -> Response:
    """State and times; the id cannot be guessed and no values are told."""
    return jsonify(mandate_member(read_mandate(mandate_id, ports=ports()).entry))


@register.post("/<mandate_id>/revoke")
def revoke(mandate_id: str) -> Response:
    """Withdrawal: by presenting the receipt, or by a statement of the key that granted; never by both."""
    form = form_once()
    how, what = exactly_one_of(form, WITHDRAWALS)
    return jsonify(mandate=mandate_brief(how(mandate_id, what, ports=ports())))


@register.post("/<mandate_id>/revoke/nonce")
def revocation_nonce(mandate_id: str) -> Response:
    """A fresh nonce to present the receipt with; it is good for one try, for this mandate."""
    answer = jsonify(nonce=hand_out_withdrawal_nonce(mandate_id, ports=ports()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@register.post("/<mandate_id>/receipt-offer")
def receipt_offer(mandate_id: str) -> Response:
    """Where the receipt of the grant can be collected, for a statement of the key that granted."""
    link = link_by_statement(mandate_id, form_once().get("statement", ""), ports=ports())
    answer = jsonify(receipt_offer_uri=link)
    answer.headers["Cache-Control"] = "no-store"
    return answer


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
