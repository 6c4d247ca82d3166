"""Pages around an issuer's own sign-in, and around cards that come later or again."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import form_once, query_once
from wallet.domain.card import CardId
from wallet.domain.deferred import DeferredId
from wallet.domain.offer import OfferId
from wallet.usecases.authorize_offer import authorize_offer
from wallet.usecases.browse_issuer import ask_for_card, browse_issuer, known_organisations
from wallet.usecases.collect_deferred import collect_deferred
from wallet.usecases.receive_code import receive_code
from wallet.usecases.renew_card import renew_card
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again
from wallet.web.pages_cards import card

pages_authorization = Blueprint("pages_authorization", __name__)


@pages_authorization.post("/offers/<offer_id>/authorize")
def authorize(offer_id: str) -> ResponseReturnValue:
    """Go to the organisation to sign in."""
    here = citizen()
    url = authorize_offer(OfferId(offer_id), session=here.session, viewer=here.viewer, ports=ports())
    return redirect(url, 303)


@pages_authorization.get("/cb")
def callback() -> ResponseReturnValue:
    """Redirect endpoint (RFC 6749, 3.1.2): what the organisation's sign-in brings back, once."""
    here = citizen()
    id = receive_code(query_once(), session=here.session, viewer=here.viewer, ports=ports())
    return redirect(f"/offers/{id}", 303)


@pages_authorization.get("/collect")
def organisations() -> str:
    """Who gives cards, by the list of trust."""
    citizen()
    return render_template("wallet/collect.html", issuers=known_organisations(ports=ports()))


@pages_authorization.post("/collect")
def choose_organisation() -> str:
    """Look which cards one organisation gives to who signs in there."""
    citizen()
    found = browse_issuer(form_once().get("issuer", ""), ports=ports())
    return render_template("wallet/collect_card.html", issuer=found.issuer, cards=found.cards)


@pages_authorization.post("/collect/card")
def choose_card() -> ResponseReturnValue:
    """Ask for one card; the page of the offer comes next, as with any other offer."""
    form, viewer = form_once(), citizen().viewer
    issuer, wanted = form.get("issuer", ""), form.get("card", "")
    offer = ask_for_card(issuer, wanted, viewer=viewer, ports=ports())
    return redirect(f"/offers/{offer.id}", 303)


@pages_authorization.post("/deferred/<deferred_id>/collect")
def promised(deferred_id: str) -> ResponseReturnValue:
    """Look whether a promised card is there."""
    id = collect_deferred(DeferredId(deferred_id), viewer=citizen().viewer, ports=ports())
    return redirect(f"/cards/{id}", 303)


@pages_authorization.post("/cards/<card_id>/renew")
@shows_again(card)
def renew(card_id: str) -> ResponseReturnValue:
    """Fetch new copies, with the PIN."""
    pin, viewer = form_once().get("pin", ""), citizen().viewer
    renew_card(CardId(card_id), pin=pin, viewer=viewer, ports=ports())
    return redirect(f"/cards/{card_id}", 303)
