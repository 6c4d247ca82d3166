"""Choose what is shared beside the least: another card of the same kind, more fields, another way
to answer, an optional card."""

from consent.choosing import Choice
from wallet.domain.consent_refusals import ChoiceUnusable
from wallet.domain.documents import dump
from wallet.domain.refusals import RequestClosed
from wallet.domain.request import RequestId
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_choice import CHOICE
from wallet.usecases.show_request import OpenRequest, show_request


def choose_parts(id: RequestId, choice: Choice, *, viewer: Viewer, ports: Ports) -> None:
    """Keep a choice that this request offers; ChoiceUnusable for any other, and nothing changes."""
    _require_offered(choice, show_request(id, viewer=viewer, ports=ports))
    sealed = viewer.seal(dump(choice), kind=CHOICE, id=id)
    if not ports.stores.requests.choose(id, sealed, account_id=viewer.account_id):
        raise RequestClosed(id=id)


def _require_offered(choice: Choice, shown: OpenRequest) -> None:
    cards = {name: {one.candidate_id for one in found} for name, found in shown.fitting.items()}
    sets = {name: {one.index for one in found} for name, found in shown.choices.sets.items()}
    options = {place: {one.index for one in found} for place, found in shown.choices.options.items()}
    extras = {name for one in shown.choices.extras for name in one.query_ids}
    offered = (
        all(card in cards.get(name, ()) for name, card in choice.cards.items())
        and all(index in sets.get(name, ()) for name, index in choice.sets.items())
        and all(index in options.get(place, ()) for place, index in choice.options.items())
        and choice.optional <= extras
    )
    if not offered:
        raise ChoiceUnusable
