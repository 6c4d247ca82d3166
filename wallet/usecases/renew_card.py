"""Renew a card: new copies from its issuer, without signing in there again (OpenID4VCI 1.0, 13.5)."""

from wallet.domain.card import CardId, HeldCard, Renewal
from wallet.domain.history import HistoryKind
from wallet.domain.refusals import CardsDiscarded, NotFound, RenewalOver
from wallet.domain.sealing import Signer, Viewer
from wallet.domain.source import Source
from wallet.ports import Ports
from wallet.usecases.get_access import fresh_access
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_cards import card_from, line_about, sealed_card, sealed_copies
from wallet.usecases.look_up_issuer import look_up_again
from wallet.usecases.read_cards import read_card
from wallet.usecases.request_card import Batch, Dealing, request_card, tell_issuer


def renew_card(id: CardId, *, pin: str, viewer: Viewer, ports: Ports) -> None:
    """Fetch new copies; what the card says may have changed, so the old copies that nobody saw go."""
    held = read_card(id, viewer=viewer, ports=ports)
    if held.access_id is None:
        raise RenewalOver
    signer = give_pin(viewer, pin, ports=ports)
    source, card = look_up_again(held.card.issuer.id, held.card.configuration_id, ports=ports)
    access = fresh_access(held.access_id, source, viewer=viewer, ports=ports, new=True)
    dealing = Dealing.begin(source, access, ports=ports)
    batch = request_card(dealing, card, signer=signer, ports=ports)
    if batch.copies:
        _keep(held, batch, source, signer, ports)
    tell_issuer(dealing, [batch], ports=ports)
    if not batch.copies:
        raise CardsDiscarded(who=source.issuer.name.nl, who_en=source.issuer.name.en)


def _keep(held: HeldCard, batch: Batch, source: Source, signer: Signer, ports: Ports) -> None:
    viewer, now = signer.viewer, ports.clock()
    card = card_from(batch, issuer=source.issuer, id=held.card.id, now=now)
    renewal = Renewal(
        card=sealed_card(card, access_id=held.access_id, viewer=viewer),
        copies=sealed_copies(batch.copies, card.id, viewer=viewer),
        line=line_about(
            [card],
            issuer=source.issuer,
            kind=HistoryKind.RENEWED,
            outcome="kept",
            viewer=viewer,
            ports=ports,
        ),
    )
    if not ports.stores.cards.renew(renewal):
        raise NotFound
    ports.audit("card_renewed", configuration=batch.card.configuration_id, copies=len(batch.copies))
