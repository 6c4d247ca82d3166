"""Show a request: the very object whose digest will be approved, or what is missing for it."""

from dataclasses import dataclass
from datetime import datetime

from consent.mandate import Mandate
from consent.screen import Asker, CardWords, ConsentScreen, consent_screen
from openid4vc.dcql.match import Match, match
from openid4vc.errors import ProtocolError
from openid4vc.vp.request_object import VerifiedRequest
from wallet.domain.asking import asker_of, requested_mandate
from wallet.domain.card import HeldCard
from wallet.domain.documents import load
from wallet.domain.missing import MissingCard, missing_cards
from wallet.domain.refusals import NotFound, RequestClosed, RequestExpired, RequestFaulty
from wallet.domain.request import Request, RequestId, RequestState, SealedRequest
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_cards import read_cards
from wallet.usecases.receive_request import KIND, verify_again


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that waits for an answer; without a screen some card is missing."""

    id: RequestId
    asker: Asker
    verified: VerifiedRequest
    match: Match
    cards: tuple[HeldCard, ...]
    mandate: Mandate | None
    screen: ConsentScreen | None
    missing: tuple[MissingCard, ...]


def find_request(id: RequestId, *, viewer: Viewer, ports: Ports) -> SealedRequest:
    """Return a request of this citizen in any state; NotFound for any other."""
    sealed = ports.stores.requests.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise NotFound
    return sealed


def show_request(id: RequestId, *, viewer: Viewer, ports: Ports) -> OpenRequest:
    """Lay an open request against the cards held now; RequestClosed and RequestExpired otherwise."""
    now = ports.clock()
    sealed = find_request(id, viewer=viewer, ports=ports)
    if sealed.state is not RequestState.OPEN:
        raise RequestClosed(id=id)
    if sealed.expires_at <= now:
        raise RequestExpired
    request = load(Request, viewer.unseal(sealed.sealed, kind=KIND, id=id))
    verified = verify_again(request, now=now, ports=ports)
    cards = read_cards(viewer=viewer, ports=ports)
    found = match(verified.request.dcql_query, [held.card for held in cards if held.usable(now)])
    return OpenRequest(
        id=id,
        asker=asker_of(verified),
        verified=verified,
        match=found,
        cards=cards,
        mandate=requested_mandate(verified, now=now),
        screen=_screen(verified, found, cards, now) if found.complete else None,
        missing=missing_cards(
            found.missing,
            verified.request.dcql_query,
            cards,
            trusted=ports.trust.issuers,
            now=now,
        ),
    )


def _screen(
    verified: VerifiedRequest, found: Match, cards: tuple[HeldCard, ...], now: datetime
) -> ConsentScreen:
    words = {
        held.card.vct: CardWords(held.card.name, {field.path: field.label for field in held.card.fields})
        for held in cards
    }
    try:
        return consent_screen(verified, found, [held.card for held in cards], words=words, now=now)
    except ProtocolError as cause:
        raise RequestFaulty(error=cause.error) from cause
