"""The JSON API for presentations: ask anything of any wallet, read what came of it; no mandate needed."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body, query_once
from chassis.language import language
from verifier.domain.order import PresentationOrder
from verifier.usecases.confirm_at_desk import confirm_for_caller
from verifier.usecases.order_presentation import order_presentation
from verifier.usecases.read_presentation import read_presentation, stands
from verifier.web.entrance import ports
from verifier.web.views import lang_of
from verifier.web.wire import presentation_member, presentation_started

presentations = Blueprint("presentations_api", __name__, url_prefix="/api/v1/presentations")
api_errors(presentations)


@presentations.post("")
def start() -> tuple[Response, int]:
    """Make a request; the id in the answer is a secret that reads the result."""
    order = PresentationOrder.from_json(json_body(), default_mode=ports().policy.response_mode)
    started = order_presentation(order, lang=lang_of(language()), ports=ports())
    return jsonify(presentation_started(started)), 201


@presentations.post("/<secret>/confirmation")
def confirm(secret: str) -> tuple[Response, int]:
    """A wallet refused the mandate as unknown: its text counts as confirmed at the desk, the weaker kind."""
    refused = stands(secret, ports=ports())
    started = confirm_for_caller(refused.mandate_id, lang=lang_of(language()), ports=ports())
    return jsonify(presentation_started(started)), 201


@presentations.get("/<secret>")
def read(secret: str) -> Response:
    """Where it stands; on one device the values come with `response_code`, once, and may be read after."""
    standing = read_presentation(secret, query_once().get("response_code"), ports=ports())
    return jsonify(presentation_member(standing, now=ports().clock()))
