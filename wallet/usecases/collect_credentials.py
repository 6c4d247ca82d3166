"""Collect what was offered: with the PIN, each copy checked, all of it kept or nothing."""

from wallet.domain.access import Access, AccessId
from wallet.domain.card import CardId
from wallet.domain.documents import dump
from wallet.domain.history import HistoryKind
from wallet.domain.offer import Collected, Grant, Harvest, Offer, OfferId, Waiting
from wallet.domain.refusals import CardsDiscarded, OfferGone, Refusal, SignInAgain, WrongTransactionCode
from wallet.domain.sealing import Signer, Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.get_access import redeem_offer, sealed_access
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_cards import card_from, line_about, sealed_card, sealed_copies, sealed_promise
from wallet.usecases.receive_code import kept_access
from wallet.usecases.receive_offer import open_offer
from wallet.usecases.request_card import Batch, Dealing, request_card, tell_issuer

RESULT = "offer-result"


def collect_credentials(id: OfferId, *, pin: str, tx_code: str, viewer: Viewer, ports: Ports) -> Collected:
    """The steps of docs/flows/collecting.md from the citizen's yes onward."""
    sealed, offer = open_offer(id, viewer=viewer, ports=ports)
    code = offer.code_field.check(tx_code) if offer.code_field else None
    signer = give_pin(viewer, pin, ports=ports)
    kept = kept_access(sealed, viewer=viewer)
    if offer.grant is Grant.CODE and kept is None:
        raise SignInAgain
    authorized, now = offer.grant is Grant.CODE, ports.clock()
    if not ports.stores.offers.claim(id, account_id=viewer.account_id, now=now, authorized=authorized):
        raise OfferGone
    access = kept or _redeem(offer, code, viewer, ports)
    dealing = Dealing.begin(offer.source, access, ports=ports)
    try:
        batches = [request_card(dealing, card, signer=signer, ports=ports) for card in offer.cards]
        tell_issuer(dealing, [batch for batch in batches if not batch.copies], ports=ports)
        collected = _keep(offer, access, batches, signer, ports)
    except Refusal:
        ports.stores.offers.fail(id, account_id=viewer.account_id)
        raise
    tell_issuer(dealing, [batch for batch in batches if batch.copies], ports=ports)
    return collected


def _redeem(offer: Offer, code: str | None, viewer: Viewer, ports: Ports) -> Access:
    """A wrong code or silence leaves the offer open; any other refusal ends it."""
    offers, account = ports.stores.offers, viewer.account_id
    try:
        return redeem_offer(offer, code, ports=ports)
    except Refusal as refusal:
        error = refusal.names.get("error")
        if error != "invalid_grant" and error is not None:
            offers.fail(offer.id, account_id=account)
            raise
        offers.release(offer.id, account_id=account)
        if error is None:
            raise
        raise (WrongTransactionCode if code else OfferGone) from refusal


def _keep(offer: Offer, access: Access, batches: list[Batch], signer: Signer, ports: Ports) -> Collected:
    """Cards, copies, promises, access and history in one transaction; without any of it, CardsDiscarded."""
    good = [batch for batch in batches if batch.copies]
    if not good and not any(batch.promise for batch in batches):
        raise CardsDiscarded(who=offer.issuer.name.nl, who_en=offer.issuer.name.en)
    harvest, collected = _harvest(offer, access, batches, signer.viewer, ports)
    if not ports.stores.cards.keep(harvest):
        raise OfferGone
    ports.audit(
        "cards_collected",
        offer=offer.id,
        kept=len(good),
        deferred=len(collected.deferred),
        discarded=len(collected.discarded),
    )
    return collected


def _harvest(
    offer: Offer, access: Access, batches: list[Batch], viewer: Viewer, ports: Ports
) -> tuple[Harvest, Collected]:
    now, issuer, access_id = ports.clock(), offer.issuer, AccessId(new_id(ports))
    pairs = [
        (card_from(batch, issuer=issuer, id=CardId(new_id(ports)), now=now), batch)
        for batch in batches
        if batch.copies
    ]
    promises = [
        (batch, *sealed_promise(batch, issuer=issuer, access_id=access_id, viewer=viewer, ports=ports))
        for batch in batches
        if batch.promise
    ]
    collected = Collected(
        cards=tuple(card.id for card, _ in pairs),
        discarded=tuple(batch.card.name for batch in batches if not batch.copies and not batch.promise),
        deferred=tuple(
            Waiting(promised.id, promised.card.name, batch.promise.interval if batch.promise else 0)
            for batch, promised, _ in promises
        ),
    )
    renewable = access_id if access.renewable else None
    cards = [card for card, _ in pairs]
    return Harvest(
        offer_id=offer.id,
        account_id=viewer.account_id,
        cards=tuple(sealed_card(card, access_id=renewable, viewer=viewer) for card in cards),
        copies=tuple(
            copy for card, batch in pairs for copy in sealed_copies(batch.copies, card.id, viewer=viewer)
        ),
        sealed_result=viewer.seal(dump(collected), kind=RESULT, id=offer.id),
        line=line_about(
            cards, issuer=issuer, kind=HistoryKind.COLLECTED, outcome="kept", viewer=viewer, ports=ports
        )
        if cards
        else None,
        deferred=tuple(sealed for _, _, sealed in promises),
        access=sealed_access(access_id, access, viewer=viewer, ports=ports)
        if renewable or promises
        else None,
    ), collected
