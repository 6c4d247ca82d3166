"""Receipts in the words of a page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from flask_babel import gettext as _

from chassis.ui.filters import time_element
from consent.receipts import GrantReceipt, Help
from openid4vc.jose.numeric_date import from_numeric_date
from wallet.domain.card import Card, HeldCard
from wallet.domain.mandate import MandateId, MandateState
from wallet.domain.receipts import is_receipt as is_receipt
from wallet.domain.refusals import NotFound
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_receipts import NOT_THERE, UNHEARD
from wallet.usecases.view_mandate import MandateView, find_mandate
from wallet.web.entrance import citizen, ports
from wallet.web.show_help import help_rows

Row = tuple[Any, Any]


def only(cards: Sequence[HeldCard], *, receipts: bool) -> list[HeldCard]:
    """The receipts among the cards, or all the others."""
    return [held for held in cards if is_receipt(held.card) is receipts]


def receipt_of(card: Card) -> GrantReceipt:
    """What a card says that is a receipt."""
    said = {name: value for name, value in card.claims.items() if name in GrantReceipt.model_fields}
    return GrantReceipt.from_claims(said)


def rows(card: Card) -> list[Row]:
    """Everything on a receipt; moments as people read them."""
    receipt = receipt_of(card)
    return [
        *help_rows(receipt.helped_by),
        (_("Who acts for you"), receipt.mandatary.name),
        (_("Who decides"), receipt.addressee.name),
        (_("How often"), _("One time only")),
        (_("Given on"), _moment(receipt.granted_at)),
        (_("Valid from"), _moment(receipt.not_before)),
        (_("Valid until"), _moment(receipt.expires_at)),
        (_("Reference"), receipt.mandate_id),
        (_("Fingerprint of the text"), receipt.text_sha256),
    ]


def state_of(card: Card) -> MandateState:
    """How the mandate of a receipt stands, as last known; its receipt stands no better."""
    id = MandateId(receipt_of(card).mandate_id)
    try:
        sealed, _granted = find_mandate(id, viewer=citizen().viewer, ports=ports())
    except NotFound:
        return MandateState.NOT_CERTAIN
    over = sealed.state is MandateState.GRANTED and sealed.expires_at <= ports().clock()
    return MandateState.EXPIRED if over else sealed.state


def has_ended(held: HeldCard) -> bool:
    """The register's list says that the mandate ended, and the wallet does not know yet how."""
    return is_receipt(held.card) and held.withdrawn and state_of(held.card).may_withdraw


def fault_text(fault: str, organisation: str) -> str:
    """Why there is no receipt of a use, in one or two sentences."""
    if fault == UNHEARD:
        return str(_("We could not reach %(organisation)s. We will ask again.", organisation=organisation))
    if fault == NOT_THERE:
        return str(_("%(organisation)s gave no receipt. Ask for it.", organisation=organisation))
    return str(
        _("%(organisation)s gave a receipt that is not right. We did not keep it.", organisation=organisation)
    )


def printed(view: MandateView) -> dict[str, Any]:
    """What the page to print shows beside the mandate: where to check it, also as a picture."""
    check_page = f"{view.granted.state_uri.split('/mandates/')[0]}/check"
    return {
        "check_page": check_page,
        "picture": _picture(check_page),
        "signed_at": _signed_at(view),
        "helped": help_rows(_help_with(view)),
    }


def _help_with(view: MandateView) -> Help | None:
    """By name where the receipt of the grant is here, else as the receipt of the use says it."""
    cards = read_cards(viewer=citizen().viewer, ports=ports()) if view.receipts.card_id else ()
    for held in cards:
        if held.card.id == view.receipts.card_id:
            return receipt_of(held.card).helped_by
    return view.receipts.use.helped_by if view.receipts.use else None


def _signed_at(view: MandateView) -> datetime | None:
    use = view.receipts.use
    return None if use is None else use.moment()


def _moment(seconds: int) -> Any:
    return time_element(from_numeric_date(seconds))


def _picture(text: str) -> str:
    """A QR code as a picture that needs no file and no script, dark on white in every theme."""
    uri: str = segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
    return uri
