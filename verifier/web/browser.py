"""What this browser started, kept in its own signed session (OpenID4VP 1.0, 13.3)."""

from flask import session

from chassis.tokens import token_hash
from verifier.domain.advising import ADVICE
from verifier.domain.mandate import MandateId
from verifier.domain.presentation import Released
from verifier.domain.refusals import UnknownTransaction
from verifier.usecases.start_presentation import Started

WAITING, OWNED, RETURNED = "transactions", "mandates", "returned"
MOST = 8


def remember_started(started: Started) -> None:
    """Keep the secret that will claim the result."""
    session[WAITING] = [*session.get(WAITING, []), started.transaction][-MOST:]


def waiting_transactions() -> list[str]:
    """Every result that this browser may still claim."""
    return list(session.get(WAITING, []))


def remember_released(released: Released) -> str:
    """From now on the pages of this mandate are for this browser; gives the page to go on at."""
    if released.mandate_id is None:
        return f"/{'advice' if released.service == ADVICE else 'presentations'}/{released.id}"
    remember_own(released.mandate_id)
    return f"/cases/{released.mandate_id}"


def remember_return(response_code: str, page: str) -> None:
    """A code is good once; the link that carried it leads this browser to its page again."""
    known = [*session.get(RETURNED, {}).items(), (token_hash(response_code), page)]
    session[RETURNED] = dict(known[-MOST:])


def page_of_return(response_code: str) -> str | None:
    """Where this browser went with this code before."""
    page: str | None = session.get(RETURNED, {}).get(token_hash(response_code))
    return page


def remember_own(mandate_id: MandateId) -> None:
    """The pages of this mandate are for this browser."""
    owned = [known for known in session.get(OWNED, []) if known != mandate_id]
    session[OWNED] = [*owned, mandate_id][-MOST:]


def own_mandates() -> list[str]:
    """The mandates whose pages are for this browser, the last one first."""
    return list(reversed(session.get(OWNED, [])))


def require_own(mandate_id: str) -> MandateId:
    """The pages of a mandate are only for the browser that started it."""
    if mandate_id not in session.get(OWNED, []):
        raise UnknownTransaction
    return MandateId(mandate_id)
