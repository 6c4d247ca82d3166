"""Pages of cards: what there is, how each stands, and the way to take one away."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import query_once
from wallet.domain.card import CardId
from wallet.usecases.check_cards import check_card_now, check_stale_cards
from wallet.usecases.collect_deferred import collect_ready, read_promises
from wallet.usecases.delete_card import delete_card
from wallet.usecases.read_cards import read_card, read_cards
from wallet.web.entrance import citizen, ports

pages_cards = Blueprint("pages_cards", __name__)


@pages_cards.get("/cards")
def cards() -> str:
    """All cards with how they stand, and those still to come: a few are asked for when it is time."""
    viewer = citizen().viewer
    collect_ready(viewer=viewer, ports=ports())
    check_stale_cards(viewer=viewer, ports=ports())
    held, promises = read_cards(viewer=viewer, ports=ports()), read_promises(viewer=viewer, ports=ports())
    return render_template("wallet/cards.html", cards=held, promises=promises, now=ports().clock())


@pages_cards.get("/cards/<card_id>")
def card(card_id: str) -> str:
    """One card with everything on it."""
    viewer = citizen().viewer
    check_stale_cards(viewer=viewer, ports=ports())
    held = read_card(CardId(card_id), viewer=viewer, ports=ports())
    checked = query_once().get("checked") == "now"
    return render_template("wallet/card.html", held=held, now=ports().clock(), checked=checked)


@pages_cards.post("/cards/<card_id>/check")
def check(card_id: str) -> ResponseReturnValue:
    """Ask the organisation now how the card stands."""
    check_card_now(CardId(card_id), viewer=citizen().viewer, ports=ports())
    return redirect(f"/cards/{card_id}?checked=now#standing", 303)


@pages_cards.get("/cards/<card_id>/delete")
def confirm_delete(card_id: str) -> str:
    """What deleting means, before it is done."""
    held = read_card(CardId(card_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/card_delete.html", held=held)


@pages_cards.post("/cards/<card_id>/delete")
def delete(card_id: str) -> ResponseReturnValue:
    """Delete a card; the history stays."""
    delete_card(CardId(card_id), viewer=citizen().viewer, ports=ports())
    return redirect("/cards", 303)
