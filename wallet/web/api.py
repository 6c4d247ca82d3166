"""The wallet's own JSON API, for developers and for the workshop; it answers only about who calls."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body
from wallet.domain.declining import reason_of
from wallet.domain.mandate import MandateId
from wallet.domain.request import RequestId
from wallet.usecases.advise_averaging import averaging_advice
from wallet.usecases.approve_request import Approval, approve_request
from wallet.usecases.decline_request import decline_request
from wallet.usecases.open_account import open_account
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_history import read_history
from wallet.usecases.receive_request import receive_link
from wallet.usecases.show_request import show_request
from wallet.usecases.sign_in import sign_in
from wallet.usecases.view_mandate import refreshed_mandates, view_mandate
from wallet.usecases.withdraw_mandate import withdraw_mandate
from wallet.web.entrance import bearer, ports
from wallet.web.errors import api_refusals
from wallet.web.members import (
    advice_member,
    approved_mandate,
    card_member,
    history_member,
    mandate_member,
    read_members,
    request_member,
)

api = Blueprint("api", __name__, url_prefix="/api/v1")
api_errors(api)
api_refusals(api)


@api.post("/accounts")
def accounts() -> tuple[Response, int]:
    """Open an account."""
    given = read_members(json_body(), "name", "pin")
    opened = open_account(given["name"], given["pin"], ports=ports())
    return jsonify(account=opened.account_id, token=opened.token), 201


@api.post("/sessions")
def sessions() -> tuple[Response, int]:
    """Sign in."""
    given = read_members(json_body(), "name", "pin")
    return jsonify(token=sign_in(given["name"], given["pin"], ports=ports()).token), 201


@api.get("/cards")
def cards() -> Response:
    """List the cards held."""
    held = read_cards(viewer=bearer().viewer, ports=ports())
    return jsonify(cards=[card_member(one) for one in held])


@api.get("/advice/averaging")
def averaging() -> Response:
    """Work out from the cards held whether averaging is worth asking for; nothing is sent."""
    told = averaging_advice(viewer=bearer().viewer, ports=ports())
    return jsonify(advice_member(told.advice))


@api.post("/requests")
def requests() -> tuple[Response, int]:
    """Receive a request and return the consent screen."""
    viewer = bearer().viewer
    given = read_members(json_body(), "url")
    id = receive_link(given["url"], viewer=viewer, ports=ports())
    return jsonify(request_member(show_request(id, viewer=viewer, ports=ports()))), 201


@api.get("/requests/<request_id>")
def one_request(request_id: str) -> Response:
    """Return the consent screen of an open request."""
    shown = show_request(RequestId(request_id), viewer=bearer().viewer, ports=ports())
    return jsonify(request_member(shown))


@api.post("/requests/<request_id>/approve")
def approve(request_id: str) -> Response:
    """Approve exactly the screen with this digest; `"surplus": "accept"` for what nobody registered."""
    viewer = bearer().viewer
    given = read_members(json_body(), "pin", "digest", optional=("surplus",))
    approval = Approval(given["digest"], given["pin"], surplus=given["surplus"] == "accept")
    done = approve_request(RequestId(request_id), approval, viewer=viewer, ports=ports())
    return jsonify(
        outcome=done.outcome,
        redirect_uri=done.result.redirect_uri,
        trouble=done.result.trouble,
        mandate=approved_mandate(done),
    )


@api.post("/requests/<request_id>/decline")
def decline(request_id: str) -> Response:
    """Say no; `reason` is told to who asks, and only when it is given."""
    viewer = bearer().viewer
    reason = reason_of(read_members(json_body(), optional=("reason",))["reason"])
    result = decline_request(RequestId(request_id), viewer=viewer, ports=ports(), reason=reason)
    return jsonify(outcome="not_shared", redirect_uri=result.redirect_uri)


@api.get("/history")
def history() -> Response:
    """List what happened, newest first."""
    lines = read_history(viewer=bearer().viewer, ports=ports())
    return jsonify(history=[history_member(line) for line in lines])


@api.get("/mandates")
def mandates() -> Response:
    """List the mandates; the register is asked about a few that may have changed."""
    views = refreshed_mandates(viewer=bearer().viewer, ports=ports())
    return jsonify(mandates=[mandate_member(view) for view in views])


@api.get("/mandates/<mandate_id>")
def mandate(mandate_id: str) -> Response:
    """Ask the register how a mandate stands."""
    view = view_mandate(MandateId(mandate_id), viewer=bearer().viewer, ports=ports())
    return jsonify(mandate_member(view))


@api.post("/mandates/<mandate_id>/withdraw")
def withdraw(mandate_id: str) -> Response:
    """Withdraw a mandate that was not used yet."""
    viewer = bearer().viewer
    given = read_members(json_body(), "pin")
    withdraw_mandate(MandateId(mandate_id), pin=given["pin"], viewer=viewer, ports=ports())
    return jsonify(mandate={"id": mandate_id, "state": "revoked"})
