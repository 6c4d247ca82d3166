"""The opt-out register over HTTP: wallets state and read, the desk asks before it approaches."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import form_once, json_body
from openid4vc.jose import strict_json
from verifier.usecases.opt_out import approach_citizen, checks_by_statement, state_opt_out
from verifier.web.entrance import ports
from verifier.web.inbox import demo_role

opt_outs = Blueprint("opt_outs", __name__)
api_errors(opt_outs)


@opt_outs.post("/mandates/<mandate_id>/opt-out")
def state(mandate_id: str) -> Response:
    """What the grantor says, signed by the key that granted."""
    kept = state_opt_out(mandate_id, form_once().get("statement", ""), ports=ports())
    return jsonify(opt_out={"about": kept.about, "channels": sorted(kept.channels)})


@opt_outs.post("/mandates/<mandate_id>/approaches")
def approaches(mandate_id: str) -> Response:
    """Every time that the desk looked at the register for this person, with the outcome."""
    found = checks_by_statement(mandate_id, form_once().get("statement", ""), ports=ports())
    answer = jsonify(
        approaches=[
            {
                "at": int(one.at.timestamp()),
                "service": one.service,
                "channel": one.channel,
                "allowed": one.allowed,
            }
            for one in found
        ]
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@opt_outs.post("/api/v1/mandates/<mandate_id>/approach")
def approach(mandate_id: str) -> Response:
    """The desk asks whether it may come unasked: 200, or 409 opted_out; both are in the ledger.

    Who asks works at the desk: as at the counter, only the demonstration lets everybody play that.
    """
    demo_role()
    given = strict_json.loads_object(json_body() or b"{}")
    service, channel = str(given.get("service", "")), str(given.get("channel", ""))
    made = approach_citizen(mandate_id, service, channel, ports=ports())
    return jsonify(approach={"service": made.service, "channel": made.channel, "allowed": True})
