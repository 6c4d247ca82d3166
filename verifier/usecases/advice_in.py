"""What an answer to a question for advice says of itself: whose signature counts, and the statement in it."""

from typing import Any

from consent.advice import decode_advice, read_statement
from verifier.domain.presentation import Requested
from verifier.usecases.verify_answer import IDENTITY, VerifiedAnswer


def signers_of(requested: Requested) -> frozenset[str]:
    """The cards that sign the transaction data: those that a question for advice names, else the identity."""
    if requested.mandate_id is not None or not requested.transaction_data:
        return frozenset({IDENTITY})
    return frozenset(decode_advice(requested.transaction_data).credential_ids)


def statement_in(requested: Requested, answer: VerifiedAnswer) -> dict[str, Any]:
    """The wallet's own statement, from the first card of the question; nothing where it made none."""
    if requested.mandate_id is not None or not requested.transaction_data:
        return {}
    asked = decode_advice(requested.transaction_data)
    signed = next(iter(answer.by_query.get(asked.credential_ids[0], ())), None)
    said = None if signed is None else read_statement(signed.binding, asked=asked)
    return {} if said is None else {"statement": said.model_dump(mode="json")}
