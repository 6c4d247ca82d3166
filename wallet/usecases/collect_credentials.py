"""Collect what was offered: with the PIN, each copy checked, all of it kept or nothing."""

from dataclasses import dataclass
from datetime import datetime

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.token import TokenRequest, TokenResponse
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, verify_status_list_token
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.notification import NotificationRequest
from openid4vc.vci.proof import make_key_proof
from wallet.domain.card import Card, CardId, CopyId, SealedCard, SealedCopy
from wallet.domain.documents import dump
from wallet.domain.fresh import FreshCopy, bound_copies, card_of, references
from wallet.domain.history import Happening, HistoryKind, HistoryNote, NamedFields
from wallet.domain.offer import Collected, Harvest, Offer, OfferedCard, OfferId
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import CardsDiscarded, OfferGone, Refusal, WrongTransactionCode
from wallet.domain.sealing import Signer, Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.give_pin import give_pin
from wallet.usecases.peer_trouble import issuer_trouble
from wallet.usecases.receive_offer import open_offer
from wallet.usecases.write_history import sealed_line

RESULT = "offer-result"
CARD, COPY = "card", "copy"


@dataclass(frozen=True, slots=True)
class _Batch:
    """What came of one card on offer; without copies it was discarded."""

    offered: OfferedCard
    copies: tuple[FreshCopy, ...]
    notification_id: str | None


def collect_credentials(id: OfferId, *, pin: str, tx_code: str, viewer: Viewer, ports: Ports) -> Collected:
    """The steps of docs/flows/collecting.md from the citizen's yes onward."""
    _, offer = open_offer(id, viewer=viewer, ports=ports)
    code = offer.code_field.check(tx_code) if offer.code_field else None
    signer = give_pin(viewer, pin, ports=ports)
    if not ports.stores.offers.claim(id, account_id=viewer.account_id, now=ports.clock()):
        raise OfferGone
    token = _redeem(offer, code, viewer, ports)
    try:
        batches = [_collect(offer, card, token, ports) for card in offer.cards]
        _notify(offer, [batch for batch in batches if not batch.copies], token, ports)
        collected = _keep(offer, batches, signer, ports)
    except Refusal:
        ports.stores.offers.fail(id, account_id=viewer.account_id)
        raise
    _notify(offer, [batch for batch in batches if batch.copies], token, ports)
    return collected


def _redeem(offer: Offer, code: str | None, viewer: Viewer, ports: Ports) -> TokenResponse:
    """A wrong code or silence leaves the offer open; any other refusal ends it."""
    request = TokenRequest(pre_authorized_code=offer.pre_authorized_code, tx_code=code)
    offers, account = ports.stores.offers, viewer.account_id
    try:
        with issuer_trouble(ports):
            return ports.issuers.token(offer.endpoints.token, request)
    except Refusal as refusal:
        error = refusal.names.get("error")
        if error != "invalid_grant" and error is not None:
            offers.fail(offer.id, account_id=account)
            raise
        offers.release(offer.id, account_id=account)
        if error is None:
            raise
        raise (WrongTransactionCode if code else OfferGone) from refusal


def _collect(offer: Offer, card: OfferedCard, token: TokenResponse, ports: Ports) -> _Batch:
    """One card: fresh keys, proofs, the issuer's answer, every check; a failed check discards it all."""
    keys = [SigningKey.generate() for _ in range(offer.copies)]
    notification_id = None
    try:
        response = _ask_twice(offer, card, keys, token, ports)
        notification_id = response.notification_id
        credentials = [issued.credential for issued in response.credentials or ()]
        now = ports.clock()
        copies = bound_copies(credentials, keys, offer=offer, card=card, trusted=ports.trust.issuers, now=now)
        _require_valid_now(copies, ports, now)
    except (CheckFailed, Malformed, PeerSilent, PeerRefused, PeerNonsense) as cause:
        check = cause.check if isinstance(cause, CheckFailed) else type(cause).__name__
        ports.audit("card_discarded", configuration=card.configuration_id, check=check)
        return _Batch(card, (), notification_id)
    return _Batch(card, copies, notification_id)


def _ask_twice(
    offer: Offer, card: OfferedCard, keys: list[SigningKey], token: TokenResponse, ports: Ports
) -> CredentialResponse:
    """A nonce that was no longer good is worth one more try (W-07)."""
    try:
        return _ask(offer, card, keys, token, ports)
    except PeerRefused as refused:
        if refused.error != "invalid_nonce":
            raise
        return _ask(offer, card, keys, token, ports)


def _ask(
    offer: Offer, card: OfferedCard, keys: list[SigningKey], token: TokenResponse, ports: Ports
) -> CredentialResponse:
    nonce = ports.issuers.nonce(offer.endpoints.nonce)
    now = ports.clock()
    proofs = tuple(make_key_proof(key, audience=offer.issuer.id, nonce=nonce, iat=now) for key in keys)
    request = CredentialRequest(credential_configuration_id=card.configuration_id, proofs=proofs)
    return ports.issuers.credential(offer.endpoints.credential, request, token=token)


def _require_valid_now(copies: tuple[FreshCopy, ...], ports: Ports, now: datetime) -> None:
    """Fetch each status list once; a card that is withdrawn on arrival is no card."""
    for uri, (chain, places) in references(copies).items():
        token = ports.issuers.document(uri, accept=STATUS_LIST_MEDIA_TYPE)
        statuses = verify_status_list_token(
            token.decode("ascii", errors="replace").strip(),
            expected_uri=uri,
            expected_chain=chain,
            anchors=copies[0].verified.issuer.anchors,
            now=now,
        )
        for place in places:
            require_valid(statuses.status_at(place.idx))


def _keep(offer: Offer, batches: list[_Batch], signer: Signer, ports: Ports) -> Collected:
    now = ports.clock()
    good = [batch for batch in batches if batch.copies]
    if not good:
        raise CardsDiscarded(who=offer.issuer.name.nl, who_en=offer.issuer.name.en)
    cards = [
        card_of(batch.copies, id=CardId(new_id(ports)), offer=offer, card=batch.offered, now=now)
        for batch in good
    ]
    collected = Collected(
        cards=tuple(card.id for card in cards),
        discarded=tuple(batch.offered.name for batch in batches if not batch.copies),
    )
    harvest = _sealed(offer, list(zip(cards, good, strict=True)), collected, signer, ports)
    if not ports.stores.cards.keep(harvest):
        raise OfferGone
    return collected


def _sealed(
    offer: Offer,
    pairs: list[tuple[Card, _Batch]],
    collected: Collected,
    signer: Signer,
    ports: Ports,
) -> Harvest:
    viewer, now = signer.viewer, ports.clock()
    note = HistoryNote(
        who=offer.issuer.name,
        who_id=offer.issuer.id,
        fields=tuple(
            NamedFields(card.name, tuple(field.label for field in card.fields)) for card, _ in pairs
        ),
    )
    return Harvest(
        offer_id=offer.id,
        account_id=viewer.account_id,
        cards=tuple(_sealed_card(card, viewer, now) for card, _ in pairs),
        copies=tuple(
            _sealed_copy(copy, card.id, signer, ports) for card, batch in pairs for copy in batch.copies
        ),
        sealed_result=viewer.seal(dump(collected), kind=RESULT, id=offer.id),
        line=sealed_line(note, Happening(HistoryKind.COLLECTED, "kept"), viewer=viewer, at=now, ports=ports),
    )


def _sealed_card(card: Card, viewer: Viewer, now: datetime) -> SealedCard:
    return SealedCard(
        id=card.id,
        account_id=viewer.account_id,
        sealed=viewer.seal(dump(card), kind=CARD, id=card.id),
        created_at=now,
    )


def _sealed_copy(copy: FreshCopy, card_id: CardId, signer: Signer, ports: Ports) -> SealedCopy:
    id = CopyId(new_id(ports))
    return SealedCopy(
        id=id,
        card_id=card_id,
        account_id=signer.viewer.account_id,
        sealed_sd_jwt=signer.viewer.seal(copy.sd_jwt.encode(), kind=COPY, id=id),
        sealed_key=signer.seal_key(copy.key, id=id),
    )


def _notify(offer: Offer, batches: list[_Batch], token: TokenResponse, ports: Ports) -> None:
    """Tell the issuer how each card fared; whether it hears us changes nothing (11)."""
    endpoint = offer.endpoints.notification
    for batch in batches:
        if endpoint is None or batch.notification_id is None:
            continue
        event = NotificationRequest(
            notification_id=batch.notification_id,
            event="credential_accepted" if batch.copies else "credential_failure",
        )
        try:
            ports.issuers.notify(endpoint, event, token=token)
        except PeerSilent:
            ports.audit("notification_unheard", offer=offer.id)
