"""The part of the JSON API that collects cards: offers, signing in at the issuer, promises, new copies."""

from flask import Blueprint, Response, jsonify

from chassis.errors_http import api_errors
from chassis.forms import json_body
from wallet.domain.card import CardId
from wallet.domain.deferred import DeferredId
from wallet.domain.offer import OfferId
from wallet.domain.refusals import NotReadyYet
from wallet.usecases.authorize_offer import authorize_offer
from wallet.usecases.collect_credentials import collect_credentials
from wallet.usecases.collect_deferred import collect_deferred
from wallet.usecases.complete_offer import complete_offer
from wallet.usecases.receive_offer import receive_offer
from wallet.usecases.renew_card import renew_card
from wallet.web.entrance import bearer, ports
from wallet.web.errors import api_refusals
from wallet.web.members import cards_member, collected_answer, offer_member, pending_answer, read_members

api_collecting = Blueprint("api_collecting", __name__, url_prefix="/api/v1")
api_errors(api_collecting)
api_refusals(api_collecting)
api_collecting.register_error_handler(NotReadyYet, pending_answer)


@api_collecting.post("/offers")
def offers() -> tuple[Response, int]:
    """Receive an offer; nothing is collected yet."""
    viewer = bearer().viewer
    given = read_members(json_body(), "offer")
    return jsonify(offer_member(receive_offer(given["offer"], viewer=viewer, ports=ports()))), 201


@api_collecting.post("/offers/<offer_id>/authorize")
def authorize(offer_id: str) -> Response:
    """Push the authorization request; the answer says where to sign in."""
    here = bearer()
    url = authorize_offer(OfferId(offer_id), session=here.session, viewer=here.viewer, ports=ports())
    return jsonify(authorization_url=url)


@api_collecting.post("/offers/<offer_id>/complete")
def complete(offer_id: str) -> tuple[Response, int]:
    """Take the whole address that the sign-in led back to, and collect."""
    here = bearer()
    given = read_members(json_body(), "redirect", "pin")
    collected = complete_offer(
        OfferId(offer_id), given["redirect"], pin=given["pin"], citizen=here, ports=ports()
    )
    return collected_answer(collected, viewer=here.viewer, ports=ports())


@api_collecting.post("/offers/<offer_id>/accept")
def accept(offer_id: str) -> tuple[Response, int]:
    """Collect what was offered."""
    viewer = bearer().viewer
    given = read_members(json_body(), "pin", optional=("tx_code",))
    collected = collect_credentials(
        OfferId(offer_id), pin=given["pin"], tx_code=given["tx_code"], viewer=viewer, ports=ports()
    )
    return collected_answer(collected, viewer=viewer, ports=ports())


@api_collecting.post("/deferred/<deferred_id>/collect")
def promised(deferred_id: str) -> Response:
    """Collect what was promised; 202 once more while it is not ready."""
    viewer = bearer().viewer
    given = read_members(json_body(), "pin")
    card = collect_deferred(DeferredId(deferred_id), viewer=viewer, ports=ports(), pin=given["pin"])
    return jsonify(cards=cards_member((card,), viewer=viewer, ports=ports()))


@api_collecting.post("/cards/<card_id>/renew")
def renew(card_id: str) -> Response:
    """Fetch new copies."""
    viewer = bearer().viewer
    given = read_members(json_body(), "pin")
    renew_card(CardId(card_id), pin=given["pin"], viewer=viewer, ports=ports())
    return jsonify(cards=cards_member((CardId(card_id),), viewer=viewer, ports=ports()))
