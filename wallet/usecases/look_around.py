"""Look around: what the start page tells a signed-in citizen, without asking anybody."""

from dataclasses import dataclass

from consent.asker import Asker, asker_of
from wallet.domain.advice import is_assessment
from wallet.domain.card import HeldCard
from wallet.domain.documents import load
from wallet.domain.refusals import Refusal
from wallet.domain.request import Request, RequestId
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_history import HistoryLine, read_history
from wallet.usecases.receive_request import KIND, verify_again
from wallet.usecases.view_mandate import MandateView, read_mandates

NEWEST = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for an answer."""

    id: RequestId
    asker: Asker


@dataclass(frozen=True, slots=True)
class Overview:
    """What is going on in one account."""

    waiting: tuple[Waiting, ...]
    active: tuple[MandateView, ...]
    cards: tuple[HeldCard, ...]
    newest: tuple[HistoryLine, ...]

    @property
    def may_average(self) -> bool:
        """Whether there is anything to work out averaging from."""
        return any(is_assessment(held.card.vct) for held in self.cards)


def look_around(*, viewer: Viewer, ports: Ports) -> Overview:
    """Collect open requests, active mandates, cards and the newest history lines."""
    mandates = read_mandates(viewer=viewer, ports=ports)
    return Overview(
        waiting=waiting_requests(viewer=viewer, ports=ports),
        active=tuple(mandate for mandate in mandates if mandate.state.may_withdraw),
        cards=read_cards(viewer=viewer, ports=ports),
        newest=read_history(viewer=viewer, ports=ports)[:NEWEST],
    )


def waiting_requests(*, viewer: Viewer, ports: Ports) -> tuple[Waiting, ...]:
    """Return the open requests that still hold, newest first."""
    now = ports.clock()
    waiting: list[Waiting] = []
    for sealed in ports.stores.requests.still_open(account_id=viewer.account_id, now=now):
        request = load(Request, viewer.unseal(sealed.sealed, kind=KIND, id=sealed.id))
        try:
            verified = verify_again(request, now=now, ports=ports)
        except Refusal:
            continue
        waiting.append(Waiting(sealed.id, asker_of(verified)))
    return tuple(waiting)
