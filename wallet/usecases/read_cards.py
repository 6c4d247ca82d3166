"""Read what the account holds; nothing leaves the wallet for it."""

from wallet.domain.card import Card, CardId, HeldCard
from wallet.domain.documents import load
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.keep_cards import CARD


def read_cards(*, viewer: Viewer, ports: Ports) -> tuple[HeldCard, ...]:
    """Return all cards, newest first."""
    sealed = ports.stores.cards.held(account_id=viewer.account_id)
    return tuple(
        HeldCard(load(Card, viewer.unseal(one.sealed, kind=CARD, id=one.id)), one.copies_left, one.access_id)
        for one in reversed(sealed)
    )


def read_card(id: CardId, *, viewer: Viewer, ports: Ports) -> HeldCard:
    """Return one card; NotFound for somebody else's."""
    for held in read_cards(viewer=viewer, ports=ports):
        if held.card.id == id:
            return held
    raise NotFound
