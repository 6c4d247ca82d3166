"""Collect the receipt of a mandate: by OpenID4VCI from who received the grant, with a key of its own."""

from openid4vc import urls
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.vci.offer import OfferReference, offer_uri
from wallet.domain.card import CardId
from wallet.domain.documents import dump
from wallet.domain.history import HistoryKind
from wallet.domain.mandate import GrantedMandate, MandateId
from wallet.domain.offer import Collected, Grant, Harvest, Offer
from wallet.domain.receipt_refusals import ReceiptDiscarded, ReceiptNotGiven
from wallet.domain.receipts import require_receipt_of
from wallet.domain.refusals import OfferGone, Refusal
from wallet.domain.sealing import Signer, Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.collect_credentials import RESULT
from wallet.usecases.get_access import redeem_offer
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_cards import card_from, line_about, sealed_card, sealed_copies
from wallet.usecases.receipt_offer import find_receipt_offer
from wallet.usecases.receive_offer import receive_offer
from wallet.usecases.request_card import Batch, Dealing, request_card, tell_issuer
from wallet.usecases.view_mandate import find_mandate


def collect_after_grant(id: MandateId, *, signer: Signer, ports: Ports) -> None:
    """While the PIN is there; if it fails the grant stands, and the citizen can try again."""
    try:
        collect_receipt(id, signer=signer, ports=ports)
    except Refusal as refusal:
        ports.audit("receipt_not_collected", mandate=id, code=refusal.code)


def collect_again(id: MandateId, *, pin: str, viewer: Viewer, ports: Ports) -> None:
    """The citizen's own try."""
    signer = give_pin(viewer, pin, ports=ports)
    collect_receipt(id, signer=signer, ports=ports)


def collect_receipt(id: MandateId, *, signer: Signer, ports: Ports) -> None:
    """Nothing happens where the receipt is here already; a Refusal says why there is none."""
    sealed, granted = find_mandate(id, viewer=signer.viewer, ports=ports)
    if sealed.receipt_card_id is not None:
        return
    uri = find_receipt_offer(sealed, granted, signer=signer, ports=ports)
    offer = receive_offer(offer_uri(OfferReference(uri)), viewer=signer.viewer, ports=ports)
    _require_own(offer, granted)
    if not ports.stores.offers.claim(offer.id, account_id=signer.viewer.account_id, now=ports.clock()):
        raise OfferGone
    try:
        _collect(offer, granted, signer, ports)
    except Refusal:
        ports.stores.offers.fail(offer.id, account_id=signer.viewer.account_id)
        raise


def _require_own(offer: Offer, granted: GrantedMandate) -> None:
    """One card, for the asking, from the very place where the mandate is withdrawn."""
    home = urls.origin(offer.issuer.id) == urls.origin(granted.revocation_uri)
    if not home or len(offer.cards) != 1 or offer.grant is not Grant.PRE or offer.code_field is not None:
        raise ReceiptNotGiven


def _collect(offer: Offer, granted: GrantedMandate, signer: Signer, ports: Ports) -> None:
    """The issuer hears that it arrived only after it is kept: until then it may be made again."""
    dealing = Dealing.begin(offer.source, redeem_offer(offer, None, ports=ports), ports=ports)
    batch = request_card(dealing, offer.cards[0], signer=signer, ports=ports)
    if not _is_receipt_of(granted, batch, ports):
        refused = Batch(batch.card, batch.keys, notification_id=batch.notification_id)
        tell_issuer(dealing, [refused], ports=ports)
        raise ReceiptDiscarded
    if not ports.stores.cards.keep(_harvest(offer, granted, batch, signer.viewer, ports)):
        raise OfferGone
    tell_issuer(dealing, [batch], ports=ports)
    ports.audit("receipt_collected", mandate=granted.id)


def _is_receipt_of(granted: GrantedMandate, batch: Batch, ports: Ports) -> bool:
    try:
        for copy in batch.copies:
            require_receipt_of(granted, copy.verified.claims)
    except (CheckFailed, Malformed) as cause:
        ports.audit("receipt_refused", mandate=granted.id, check=getattr(cause, "check", "malformed"))
        return False
    return bool(batch.copies)


def _harvest(offer: Offer, granted: GrantedMandate, batch: Batch, viewer: Viewer, ports: Ports) -> Harvest:
    card = card_from(batch, issuer=offer.issuer, id=CardId(new_id(ports)), now=ports.clock())
    collected = Collected((card.id,), ())
    return Harvest(
        offer_id=offer.id,
        account_id=viewer.account_id,
        cards=(sealed_card(card, access_id=None, viewer=viewer),),
        copies=sealed_copies(batch.copies, card.id, viewer=viewer),
        sealed_result=viewer.seal(dump(collected), kind=RESULT, id=offer.id),
        line=line_about(
            [card],
            issuer=offer.issuer,
            kind=HistoryKind.COLLECTED,
            outcome="kept",
            viewer=viewer,
            ports=ports,
        ),
        receipt_of=granted.id,
    )
