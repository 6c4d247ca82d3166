"""State what the wallet worked out itself, for a question of advice; the lowest grade is nothing but this."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from consent.advice import STATEMENT, AdviceQuestion, Statement
from consent.asker import requested_advice
from openid4vc.vp.sender import AnyRequest
from wallet.domain.advice import advise_averaging, is_assessment
from wallet.domain.card import Card


def parameters_for(
    query_id: str, question: AdviceQuestion | None, statement: Statement | None
) -> dict[str, Any]:
    """What the first card of the question signs beside its disclosures; the others say nothing."""
    if question is None or statement is None or query_id != question.credential_ids[0]:
        return {}
    return {STATEMENT: statement.model_dump(mode="json")}


def statement_for(asked: AnyRequest, cards: Sequence[Card], *, today: date) -> Statement | None:
    """The answer from the assessments that can be shown; None where none is asked or can be worked out."""
    question = requested_advice(asked)
    if question is None:
        return None
    claims = [card.claims for card in cards if is_assessment(card.vct)]
    difference = advise_averaging(claims, today=today).difference_eur
    if difference is None:
        return None
    above = difference > question.threshold_eur
    return Statement(threshold_eur=question.threshold_eur, above_threshold=above)
