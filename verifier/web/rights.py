"""Where wallets send what citizens ask: erasure to the desk (TS7), a report to the supervisor (TS8)."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import form_once, json_body
from verifier.usecases.receive_deletion_request import read_deletion_request, receive_deletion_request
from verifier.usecases.supervise import read_report, receive_report
from verifier.web.entrance import ports
from verifier.web.inbox import demo_role
from verifier.web.rights_wire import deletion_member, fresh, report_member

rights = Blueprint("rights", __name__)
api_errors(rights)


@rights.post("/rights")
def ask_erasure() -> tuple[Response, int]:
    """A statement of the key that granted; 201 with the term in which it is answered."""
    entry = receive_deletion_request(form_once().get("statement", ""), ports=ports())
    return fresh(jsonify(request=deletion_member(entry))), 201


@rights.get("/rights/requests/<request_id>")
def erasure(request_id: str) -> Response:
    """Where it stands, and the certificate once there is one; the id cannot be guessed."""
    return fresh(jsonify(request=deletion_member(read_deletion_request(request_id, ports=ports()))))


@rights.post("/supervisor")
def report() -> tuple[Response, int]:
    """A report about a request, where the inbox is open; 201 with the reference under which it is known."""
    demo_role()
    return fresh(jsonify(report=report_member(receive_report(json_body(), ports=ports())))), 201


@rights.get("/supervisor/requests/<report_id>")
def reported(report_id: str) -> Response:
    """Where it stands, for the wallet that sent it."""
    return fresh(jsonify(report=report_member(read_report(report_id, ports=ports()))))
