"""The choice in a request, for developers: which card, set of claims and option, which optional cards."""

from typing import Any

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body
from consent.choosing import Choice
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from wallet.domain.refusals import InputUnusable
from wallet.domain.request import RequestId
from wallet.usecases.choose_parts import choose_parts
from wallet.usecases.show_request import show_request
from wallet.web.entrance import bearer, ports
from wallet.web.errors import api_refusals
from wallet.web.members import request_member

api_choices = Blueprint("api_choices", __name__, url_prefix="/api/v1")
api_errors(api_choices)
api_refusals(api_choices)


@api_choices.post("/requests/<request_id>/choice")
def choose(request_id: str) -> Response:
    """Keep a choice and return the screen as it is now, with its new digest."""
    viewer, id = bearer().viewer, RequestId(request_id)
    choose_parts(id, _choice(json_body()), viewer=viewer, ports=ports())
    return jsonify(request_member(show_request(id, viewer=viewer, ports=ports())))


def _choice(body: bytes) -> Choice:
    """Members `cards`, `sets`, `options` and `optional`; InputUnusable for others and for other types."""
    try:
        given = strict_json.loads_object(body or b"{}")
    except Malformed as cause:
        raise InputUnusable from cause
    cards, sets, options = (given.get(name, {}) for name in ("cards", "sets", "options"))
    optional = given.get("optional", [])
    good = (
        given.keys() <= {"cards", "sets", "options", "optional"}
        and _maps(cards, str)
        and _maps(sets, int)
        and _maps(options, int)
        and isinstance(optional, list)
        and all(isinstance(name, str) for name in optional)
    )
    if not good:
        raise InputUnusable
    return Choice(cards=cards, sets=sets, optional=frozenset(optional), options=options)


def _maps(value: Any, kind: type) -> bool:
    return isinstance(value, dict) and all(type(one) is kind for one in value.values())
