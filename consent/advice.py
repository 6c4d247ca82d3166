"""A request for advice: answered with as little as a statement that the wallet worked out by itself.

The request names in `transaction_data` what is asked; the holder's signature carries the statement as a
parameter of its own (OpenID4VP 1.0, 8.4 and B.3.3). It is self-computed, and so good for advice alone.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from consent.mandate_document import QueryId
from consent.plain_text import FrozenModel
from consent.wording import Bilingual
from openid4vc.errors import CheckFailed, InvalidTransactionData, Malformed
from openid4vc.jose import base64url, strict_json

ADVICE_TYPE: Final = "urn:eenmalig:advice:1"
STATEMENT: Final = "urn:eenmalig:statement:1"
GRADES: Final = ("threshold", "totals", "full")
ADVICE_PURPOSE: Final = Bilingual(
    "Eén advies: levert middeling u iets op? Er wordt niets voor u aangevraagd.",
    "One piece of advice: does averaging bring you anything? Nothing is requested for you.",
)


class AdviceQuestion(FrozenModel):
    """Whether a scheme brings more than its threshold; bound to the first of these credentials."""

    type: Literal["urn:eenmalig:advice:1"] = ADVICE_TYPE
    credential_ids: Annotated[tuple[QueryId, ...], Field(min_length=1, max_length=8, strict=False)]
    transaction_data_hashes_alg: Annotated[tuple[Literal["sha-256"], ...], Field(strict=False)] = ("sha-256",)
    scheme: Literal["averaging"] = "averaging"
    threshold_eur: Annotated[int, Field(ge=0, le=1_000_000)]

    def encode(self) -> str:
        """Base64url of compact JSON: the string whose bytes are hashed and signed."""
        return base64url.encode(strict_json.dumps(self.model_dump(mode="json")))


class Statement(FrozenModel):
    """What the wallet worked out from the cards it holds; an amount is never in it."""

    scheme: Literal["averaging"] = "averaging"
    threshold_eur: int
    above_threshold: bool
    basis: Literal["self-computed"] = "self-computed"

    def words(self) -> Bilingual:
        """The statement as it is shown before it is signed."""
        amount = f"{self.threshold_eur:,}"
        euros = f"€\N{NO-BREAK SPACE}{amount.replace(',', '.')}"
        if self.above_threshold:
            return Bilingual(
                f"Ja, het verschil is meer dan {euros}", f"Yes, the difference is more than €{amount}"
            )
        return Bilingual(
            f"Nee, het verschil is niet meer dan {euros}", f"No, the difference is not more than €{amount}"
        )


def is_advice(encoded: str) -> bool:
    """Whether an entry of transaction data says that it is a question for advice."""
    try:
        return strict_json.loads_object(base64url.decode(encoded)).get("type") == ADVICE_TYPE
    except Malformed:
        return False


def decode_advice(encoded: str) -> AdviceQuestion:
    """Read a question for advice; InvalidTransactionData on anything off."""
    try:
        return AdviceQuestion.model_validate(strict_json.loads_object(base64url.decode(encoded)))
    except (Malformed, ValidationError) as cause:
        raise InvalidTransactionData("not a question for advice") from cause


def read_statement(binding: Mapping[str, Any], *, asked: AdviceQuestion) -> Statement | None:
    """The statement in a verified key binding; None without one, CheckFailed for another question's."""
    if STATEMENT not in binding:
        return None
    try:
        said = Statement.model_validate(binding[STATEMENT])
    except ValidationError as cause:
        raise CheckFailed("statement", "not a statement") from cause
    if said.threshold_eur != asked.threshold_eur:
        raise CheckFailed("statement", "an answer to another question")
    return said
