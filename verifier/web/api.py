"""The JSON API of the desk, for developers and for the workshop."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import api_errors
from chassis.forms import json_body
from chassis.language import language
from verifier.domain.order import MandateOrder
from verifier.usecases.act_on_mandate import act_on_mandate
from verifier.usecases.complete_in_browser import complete_for_caller
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.start_mandate_request import start_mandate_request
from verifier.web.entrance import ports
from verifier.web.views import lang_of
from verifier.web.wire import mandate_brief, offer_member, read_members, started_member

api = Blueprint("api", __name__, url_prefix="/api/v1")
api_errors(api)


@api.get("/services")
def services() -> Response:
    """What the desk offers."""
    return jsonify(services=[offer_member(offer) for offer in ports().town.offers.values()])


@api.post("/mandate-requests")
def start() -> tuple[Response, int]:
    """Start a transaction; the answer holds the wallet's address and a secret to claim the result."""
    body = json_body()
    (service,) = read_members(body, "service")
    order = MandateOrder.from_json(body)
    started = start_mandate_request(service, lang=lang_of(language()), ports=ports(), order=order)
    return jsonify(started_member(started)), 201


@api.post("/mandate-requests/<request_id>/complete")
def complete(request_id: str) -> Response:
    """Claim the result with the transaction's secret and the code that the wallet brought back."""
    transaction, response_code = read_members(json_body(), "transaction", "response_code")
    released = complete_for_caller(request_id, transaction, response_code, ports=ports())
    found = read_mandate(released.mandate_id or "", ports=ports())
    return jsonify(mandate=mandate_brief(found.entry.mandate))


def asks_use(environ: Mapping[str, Any]) -> bool:
    """Whether a request is for the route below; the door asks before any framework is woken."""
    path: str = environ["PATH_INFO"]
    return path.endswith("/use") and path.startswith("/api/v1/mandates/")


@api.post("/mandates/<mandate_id>/use")
def use(mandate_id: str) -> Response:
    """The desk files the request, once."""
    key = request.headers.get("Idempotency-Key")
    return jsonify(act_on_mandate(mandate_id, idempotency_key=key, ports=ports()).answer)
