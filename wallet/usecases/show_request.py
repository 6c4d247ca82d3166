"""Show a request: the very object whose digest will be approved, or what is missing for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consent.advice import AdviceQuestion
from consent.asker import Asker, asker_of, requested_advice, requested_mandate
from consent.choosing import Choices, choices, fitting
from consent.mandate import Mandate
from consent.registered import registered_of
from consent.screen import CardWords, Circumstances, ConsentScreen, consent_screen, purpose_of
from consent.wording import Bilingual
from openid4vc.dcql.match import Match, Selection, match
from openid4vc.errors import ProtocolError
from openid4vc.vp.sender import AnyRequest
from openid4vc.vp.transaction_data import signing_queries
from wallet.domain.card import HeldCard
from wallet.domain.consent_refusals import RequestUnknown
from wallet.domain.documents import load
from wallet.domain.missing import MissingCard, missing_cards
from wallet.domain.refusals import RequestClosed, RequestExpired, RequestFaulty
from wallet.domain.request import Request, RequestId, RequestState, SealedRequest
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.judge_registration import known_registration
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_choice import cards_that_still_fit, read_choice
from wallet.usecases.receive_request import KIND, verify_again
from wallet.usecases.state_advice import statement_for
from wallet.usecases.trusted_issuers import issuers_if_known


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that waits for an answer; without a screen some card is missing.

    `fitting` are the cards that would do, by query, for what may be added too.
    """

    id: RequestId
    asker: Asker
    verified: AnyRequest
    match: Match
    cards: tuple[HeldCard, ...]
    mandate: Mandate | None
    screen: ConsentScreen | None
    missing: tuple[MissingCard, ...]
    doubt: str | None
    choices: Choices
    fitting: Mapping[str, tuple[Selection, ...]]
    registers: bool
    advice: AdviceQuestion | None
    purpose: Bilingual | None

    @property
    def unregistered(self) -> bool:
        """Whether this wallet knows a register, and who asks shows nothing from it."""
        return self.registers and (self.screen is None or self.screen.registered is None)


def find_request(id: RequestId, *, viewer: Viewer, ports: Ports) -> SealedRequest:
    """Return a request of this citizen in any state; RequestUnknown for any other."""
    sealed = ports.stores.requests.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise RequestUnknown
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
    asked = verify_again(request, now=now, ports=ports)
    cards = read_cards(viewer=viewer, ports=ports)
    usable = [held.card for held in cards if held.usable(now)]
    chosen = read_choice(sealed, viewer=viewer)
    signed = signing_queries(asked.request.transaction_data)
    open_to_choice = choices(asked.request.dcql_query, usable, chosen, signed=signed)
    found = match(open_to_choice.answered, usable)
    mandate = requested_mandate(asked, now=now)
    registration = known_registration(asked, request, ports=ports)
    circumstances: Circumstances = {
        "choice": cards_that_still_fit(chosen, found),
        "registration": registration,
        "statement": statement_for(asked, usable, today=now.date()),
    }
    return OpenRequest(
        id=id,
        asker=asker_of(asked),
        verified=asked,
        match=found,
        cards=cards,
        mandate=mandate,
        screen=_screen(asked, found, cards, circumstances, now),
        missing=_missing(asked, found, cards, ports),
        doubt=request.registration_doubt,
        choices=open_to_choice,
        fitting={one.id: fitting(one, usable) for one in open_to_choice.answered.credentials},
        advice=requested_advice(asked),
        registers=bool(ports.trust.registration_anchors),
        purpose=purpose_of(asked, mandate, registered_of(registration) if registration else None),
    )


def _missing(
    asked: AnyRequest, found: Match, cards: tuple[HeldCard, ...], ports: Ports
) -> tuple[MissingCard, ...]:
    if not found.missing:
        return ()
    return missing_cards(
        found.missing,
        asked.request.dcql_query,
        cards,
        trusted=issuers_if_known(ports=ports),
        now=ports.clock(),
    )


def _screen(
    asked: AnyRequest,
    found: Match,
    cards: tuple[HeldCard, ...],
    circumstances: Circumstances,
    now: datetime,
) -> ConsentScreen | None:
    """None while a card is missing."""
    if not found.complete:
        return None
    words: dict[str, CardWords] = {
        held.card.id: CardWords(held.card.name, {field.path: field.label for field in held.card.fields})
        for held in cards
    }
    held = [one.card for one in cards]
    try:
        return consent_screen(asked, found, held, words=words, now=now, **circumstances)
    except ProtocolError as cause:
        raise RequestFaulty(error=cause.error) from cause
