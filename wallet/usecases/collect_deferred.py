"""Collect a card that was promised: not before its time, and without the PIN, for its keys were made then."""

from dataclasses import dataclass
from datetime import timedelta

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.vci.deferred import DeferredRequest, parse_deferred_response
from wallet.domain.card import CardId
from wallet.domain.deferred import DeferredCard, DeferredId, Fulfilment, SealedDeferred, pause
from wallet.domain.documents import load
from wallet.domain.fresh import HolderKey
from wallet.domain.history import HistoryKind
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import (
    CardsDiscarded,
    CouldNotReach,
    IssuerMisconfigured,
    IssuerRefused,
    NotFound,
    NotReadyYet,
    Refusal,
)
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.envelope import ask_issuer
from wallet.usecases.get_access import fresh_access
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_cards import PROMISE, card_from, line_about, sealed_card, sealed_copies
from wallet.usecases.look_up_issuer import look_up_again
from wallet.usecases.request_card import Batch, Dealing, judge_response, tell_issuer

MOST_AT_ONCE = 2
ASKING_TAKES = timedelta(minutes=1)
OVER = ("credential_request_denied", "invalid_transaction_id")


@dataclass(frozen=True, slots=True)
class PromisedCard:
    """A card still to come, as its page tells it."""

    promised: DeferredCard
    ready: bool
    wait: int


def read_promises(*, viewer: Viewer, ports: Ports) -> tuple[PromisedCard, ...]:
    """What is still to come; asks nobody."""
    now = ports.clock()
    return tuple(
        PromisedCard(
            _opened(sealed, viewer),
            sealed.ready_at <= now,
            max(0, round((sealed.ready_at - now).total_seconds())),
        )
        for sealed in ports.stores.deferred.waiting(account_id=viewer.account_id)
    )


def collect_ready(*, viewer: Viewer, ports: Ports) -> None:
    """On opening the cards: ask for a few whose time has come; what fails is for the button."""
    now = ports.clock()
    waiting = ports.stores.deferred.waiting(account_id=viewer.account_id)
    for sealed in [one for one in waiting if one.ready_at <= now][:MOST_AT_ONCE]:
        try:
            collect_deferred(sealed.id, viewer=viewer, ports=ports)
        except Refusal as refusal:
            ports.audit("promise_not_collected", code=refusal.code)


def collect_deferred(id: DeferredId, *, viewer: Viewer, ports: Ports, pin: str = "") -> CardId:
    """Ask for one promised card and keep it; NotReadyYet when its time has not come, or it is not ready.

    No PIN is needed; one that is given must be right.
    """
    if pin:
        give_pin(viewer, pin, ports=ports)
    waiting = ports.stores.deferred.waiting(account_id=viewer.account_id)
    sealed = next((one for one in waiting if one.id == id), None)
    if sealed is None:
        raise NotFound
    now = ports.clock()
    if not ports.stores.deferred.claim(id, account_id=viewer.account_id, now=now, until=now + ASKING_TAKES):
        raise NotReadyYet(id=id, wait=max(1, round((sealed.ready_at - now).total_seconds())))
    promised = _opened(sealed, viewer)
    source, _ = look_up_again(promised.issuer.id, promised.card.configuration_id, ports=ports)
    access = fresh_access(sealed.access_id, source, viewer=viewer, ports=ports)
    dealing = Dealing.begin(source, access, ports=ports)
    batch = _ask(promised, dealing, viewer, ports)
    return _kept(sealed, promised, batch, dealing, viewer, ports)


def _opened(sealed: SealedDeferred, viewer: Viewer) -> DeferredCard:
    return load(DeferredCard, viewer.unseal(sealed.sealed, kind=PROMISE, id=sealed.id))


def _ask(promised: DeferredCard, dealing: Dealing, viewer: Viewer, ports: Ports) -> Batch:
    """What the deferred endpoint says (OpenID4VCI 1.0, 9); a no ends the promise, silence does not."""
    endpoint = dealing.source.endpoints.deferred
    if endpoint is None:
        raise IssuerMisconfigured
    asked = DeferredRequest(transaction_id=promised.transaction_id).to_json()
    holders = tuple(
        HolderKey(key.copy_id, key.holder, base64url.decode(key.sealed_key)) for key in promised.keys
    )
    try:
        body = ask_issuer(endpoint, asked, dealing.source, dealing.proofs, ports=ports)
        response = parse_deferred_response(body, expected_transaction_id=promised.transaction_id)
    except PeerSilent as cause:
        raise CouldNotReach(host=cause.host) from cause
    except PeerRefused as cause:
        if cause.error in OVER:
            _drop(promised, viewer, ports)
        raise IssuerRefused(host=cause.host, error=cause.error) from cause
    except (PeerNonsense, CheckFailed, Malformed) as cause:
        raise IssuerMisconfigured from cause
    return judge_response(response, dealing, promised.card, holders, ports=ports)


def _kept(
    sealed: SealedDeferred,
    promised: DeferredCard,
    batch: Batch,
    dealing: Dealing,
    viewer: Viewer,
    ports: Ports,
) -> CardId:
    now, account = ports.clock(), viewer.account_id
    if batch.promise is not None:
        wait = pause(batch.promise.interval)
        ports.stores.deferred.postpone(sealed.id, account_id=account, until=now + wait)
        raise NotReadyYet(id=sealed.id, wait=max(1, round(wait.total_seconds())))
    if not batch.copies:
        tell_issuer(dealing, [batch], ports=ports)
        _drop(promised, viewer, ports)
        raise CardsDiscarded(who=promised.issuer.name.nl, who_en=promised.issuer.name.en)
    card = card_from(batch, issuer=promised.issuer, id=CardId(new_id(ports)), now=now)
    access_id = sealed.access_id if dealing.access.renewable else None
    fulfilment = Fulfilment(
        deferred_id=sealed.id,
        account_id=account,
        card=sealed_card(card, access_id=access_id, viewer=viewer),
        copies=sealed_copies(batch.copies, card.id, viewer=viewer),
        line=line_about(
            [card],
            issuer=promised.issuer,
            kind=HistoryKind.COLLECTED,
            outcome="kept",
            viewer=viewer,
            ports=ports,
        ),
    )
    if not ports.stores.cards.fulfil(fulfilment):
        raise NotFound
    tell_issuer(dealing, [batch], ports=ports)
    ports.audit("promise_collected", configuration=batch.card.configuration_id)
    return card.id


def _drop(promised: DeferredCard, viewer: Viewer, ports: Ports) -> None:
    line = line_about(
        [], issuer=promised.issuer, kind=HistoryKind.COLLECTED, outcome="failed", viewer=viewer, ports=ports
    )
    ports.stores.deferred.drop(promised.id, line)
