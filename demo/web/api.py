"""The hub's own API: read a scenario, report a finished play."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body
from demo.domain.play import parse_report
from demo.usecases.find_scenario import find_scenario
from demo.usecases.record_play import record_play
from demo.usecases.show_trust_list import show_trust_list
from demo.web.pages import ports

api = Blueprint("api", __name__, url_prefix="/api/v1")
api_errors(api)


@api.get("/scenarios/<scenario_id>")
def scenario(scenario_id: str) -> Response:
    """Return the scenario with its question, in both languages."""
    return jsonify(find_scenario(scenario_id, ports=ports()).model_dump(mode="json"))


@api.post("/plays")
def play() -> tuple[Response, int]:
    """Keep a finished play for 'lately played'."""
    kept = record_play(parse_report(json_body()), ports=ports())
    return jsonify(
        scenario=kept.scenario, persona=kept.persona, finished_at=kept.finished_at.isoformat()
    ), 201


@api.get("/trust/issuers")
def trust_list() -> Response:
    """Return the signed list of trusted entities: who may issue which credential."""
    return Response(show_trust_list(ports=ports()), content_type="application/jose")
