"""The citizen's rights for developers: the same steps as on the pages."""

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import api_errors
from chassis.forms import json_body
from wallet.domain.mandate import MandateId
from wallet.domain.rights import RightsId
from wallet.usecases.ask_erasure import ask_erasure
from wallet.usecases.delete_entry import delete_entry
from wallet.usecases.export_everything import export_everything
from wallet.usecases.read_rights import read_rights, refreshed_rights
from wallet.usecases.report_request import report_request
from wallet.web.entrance import bearer, ports
from wallet.web.errors import api_refusals
from wallet.web.members import read_members
from wallet.web.show_rights import rights_member

PIN = "Eenmalig-Pin"

api_rights = Blueprint("api_rights", __name__, url_prefix="/api/v1")
api_errors(api_rights)
api_refusals(api_rights)


@api_rights.get("/rights")
def rights() -> Response:
    """Everything that was asked, after asking how far it is."""
    views = refreshed_rights(viewer=bearer().viewer, ports=ports())
    return jsonify(requests=[rights_member(view) for view in views])


@api_rights.get("/rights/<rights_id>")
def one(rights_id: str) -> Response:
    """One request with its answer."""
    return jsonify(rights_member(read_rights(RightsId(rights_id), viewer=bearer().viewer, ports=ports())))


@api_rights.post("/rights/erasures")
def erasures() -> tuple[Response, int]:
    """Ask the organisation that acted on a mandate to erase what it got."""
    viewer, given = bearer().viewer, read_members(json_body(), "mandate_id", "pin")
    id = ask_erasure(MandateId(given["mandate_id"]), pin=given["pin"], viewer=viewer, ports=ports())
    return jsonify(rights_member(read_rights(id, viewer=viewer, ports=ports()))), 201


@api_rights.post("/rights/reports")
def reports() -> tuple[Response, int]:
    """Report the request of one line of the history; `"unwanted": "yes"` when it came out of nowhere."""
    viewer = bearer().viewer
    given = read_members(json_body(), "entry_id", optional=("words", "unwanted"))
    unwanted = given["unwanted"] == "yes"
    id = report_request(
        given["entry_id"], words=given["words"], unwanted=unwanted, viewer=viewer, ports=ports()
    )
    return jsonify(rights_member(read_rights(id, viewer=viewer, ports=ports()))), 201


@api_rights.delete("/history/<entry_id>")
def forget(entry_id: str) -> tuple[str, int]:
    """Take a line out of the log."""
    delete_entry(entry_id, viewer=bearer().viewer, ports=ports())
    return "", 204


@api_rights.get("/export")
def export() -> Response:
    """Everything, for who also gives the PIN in the header Eenmalig-Pin."""
    document = export_everything(request.headers.get(PIN, ""), citizen=bearer(), ports=ports())
    answer = jsonify(document)
    answer.headers["Cache-Control"] = "no-store"
    return answer
