"""Give the advice that an answer allows; nobody acts on it."""

from typing import NoReturn

from consent.advice import Statement
from verifier.domain.advising import DeskAdvice, advise
from verifier.domain.refusals import AdviceOnly
from verifier.domain.result import Standing
from verifier.ports import Ports


def advise_citizen(standing: Standing, *, ports: Ports) -> DeskAdvice:
    """Work it out from what was shared, for the browser that asked."""
    claims = [one for found in standing.claims.values() for one in found]
    said = (standing.values or {}).get("statement")
    statement = None if said is None else Statement.model_validate(said)
    return advise(claims, statement, requested_on=ports.clock().date())


def act_on_advice(standing: Standing, *, ports: Ports) -> NoReturn:
    """AdviceOnly, always: acting needs a mandate, and an answer for advice is none (UX 13, feature 11)."""
    ports.audit("advice_not_acted_on", request=standing.id)
    raise AdviceOnly
