"""Read what the account holds; nothing leaves the wallet for it."""

from wallet.domain.card import Card, CardId, HeldCard
from wallet.domain.documents import load
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.domain.standing import CardCheck
from wallet.ports import Ports
from wallet.usecases.keep_cards import CARD

CHECK = "card-check"


def read_cards(*, viewer: Viewer, ports: Ports) -> tuple[HeldCard, ...]:
    """Return all cards, newest first."""
    sealed = ports.stores.cards.held(account_id=viewer.account_id)
    checks = ports.stores.card_checks.all(account_id=viewer.account_id)
    return tuple(
        HeldCard(
            card=load(Card, viewer.unseal(one.sealed, kind=CARD, id=one.id)),
            copies_left=one.copies_left,
            access_id=one.access_id,
            check=_check(checks.get(one.id), one.id, viewer),
        )
        for one in reversed(sealed)
    )


def _check(sealed: bytes | None, id: CardId, viewer: Viewer) -> CardCheck | None:
    return None if sealed is None else load(CardCheck, viewer.unseal(sealed, kind=CHECK, id=id))


def read_card(id: CardId, *, viewer: Viewer, ports: Ports) -> HeldCard:
    """Return one card; NotFound for somebody else's."""
    for held in read_cards(viewer=viewer, ports=ports):
        if held.card.id == id:
            return held
    raise NotFound
