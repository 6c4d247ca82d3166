"""Read what the citizen chose in a request; nothing chosen is the least."""

from collections.abc import Mapping

from consent.choosing import Choice
from openid4vc.dcql.match import Match
from wallet.domain.documents import load
from wallet.domain.request import SealedRequest
from wallet.domain.sealing import Viewer

CHOICE = "request-choice"


def read_choice(request: SealedRequest, *, viewer: Viewer) -> Choice:
    """Return the last choice that was kept."""
    if request.sealed_choice is None:
        return Choice()
    return load(Choice, viewer.unseal(request.sealed_choice, kind=CHOICE, id=request.id))


def cards_that_still_fit(choice: Choice, found: Match) -> Mapping[str, str]:
    """Return the chosen cards without those that are gone or used up since."""
    return {
        query: card
        for query, card in choice.cards.items()
        if any(one.candidate_id == card for one in found.by_query.get(query, ()))
    }
