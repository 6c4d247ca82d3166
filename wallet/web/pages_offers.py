"""Pages for collecting: the link, the offer, what came of it."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.forms import form_once, query_once
from wallet.domain.documents import load
from wallet.domain.offer import Collected, Grant, OfferId, OfferState
from wallet.domain.refusals import OfferGone
from wallet.usecases.collect_credentials import RESULT, collect_credentials
from wallet.usecases.collect_deferred import read_promises
from wallet.usecases.look_around import waiting_requests
from wallet.usecases.read_cards import read_cards
from wallet.usecases.receive_offer import open_offer, preview_offer, receive_offer
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again

pages_offers = Blueprint("pages_offers", __name__)
WAITING = (OfferState.OPEN, OfferState.AUTHORIZING, OfferState.AUTHORIZED)


@pages_offers.get("/offer")
def offer_link() -> str:
    """Credential offer endpoint (OpenID4VCI 1.0, 4.1): nothing is fetched before the citizen's click."""
    citizen()
    query_once()
    preview = preview_offer(request.url, ports=ports())
    return render_template("wallet/offer_link.html", preview=preview, link=request.url)


@pages_offers.post("/offers")
def receive() -> ResponseReturnValue:
    """Look what is on offer."""
    viewer = citizen().viewer
    offer = receive_offer(form_once().get("offer", ""), viewer=viewer, ports=ports())
    return redirect(f"/offers/{offer.id}", 303)


@pages_offers.get("/offers/<offer_id>")
def offer(offer_id: str) -> str:
    """The offer, or what came of it."""
    return _offer_page(OfferId(offer_id))


@pages_offers.post("/offers/<offer_id>/accept")
@shows_again(offer)
def accept(offer_id: str) -> ResponseReturnValue:
    """Collect, with the PIN."""
    form, viewer = form_once(), citizen().viewer
    pin, code = form.get("pin", ""), form.get("tx_code", "")
    collect_credentials(OfferId(offer_id), pin=pin, tx_code=code, viewer=viewer, ports=ports())
    return redirect(f"/offers/{offer_id}", 303)


def _offer_page(id: OfferId) -> str:
    viewer = citizen().viewer
    sealed, offer = open_offer(id, viewer=viewer, ports=ports())
    if sealed.sealed_result is not None:
        collected = load(Collected, viewer.unseal(sealed.sealed_result, kind=RESULT, id=id))
        held = read_cards(viewer=viewer, ports=ports())
        still = {one.id for one in collected.deferred}
        return render_template(
            "wallet/offer_done.html",
            offer=offer,
            now=ports().clock(),
            kept=[one for one in held if one.card.id in collected.cards],
            discarded=collected.discarded,
            promises=[one for one in read_promises(viewer=viewer, ports=ports()) if one.promised.id in still],
            waiting=waiting_requests(viewer=viewer, ports=ports()),
        )
    if sealed.state not in WAITING or sealed.expires_at <= ports().clock():
        raise OfferGone
    sign_in = offer.grant is Grant.CODE and sealed.state is not OfferState.AUTHORIZED
    template = "wallet/offer_sign_in.html" if sign_in else "wallet/offer.html"
    return render_template(template, offer=offer)
