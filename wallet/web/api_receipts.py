"""JSON API: receipts of mandates (Authorization: Bearer with a session token)."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body
from wallet.domain.mandate import MandateId
from wallet.usecases.collect_receipt import collect_again
from wallet.usecases.view_mandate import view_mandate
from wallet.web.entrance import bearer, ports
from wallet.web.errors import api_refusals
from wallet.web.members import mandate_member, read_members

api_receipts = Blueprint("api_receipts", __name__, url_prefix="/api/v1")
api_errors(api_receipts)
api_refusals(api_receipts)


@api_receipts.post("/mandates/<mandate_id>/receipt")
def collect(mandate_id: str) -> Response:
    """Collect the receipt of the grant, if it is not here yet; the answer is the mandate."""
    viewer, given = bearer().viewer, read_members(json_body(), "pin")
    collect_again(MandateId(mandate_id), pin=given["pin"], viewer=viewer, ports=ports())
    return jsonify(mandate_member(view_mandate(MandateId(mandate_id), viewer=viewer, ports=ports())))
