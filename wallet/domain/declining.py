"""What a citizen may tell with a no; told only when chosen, in words that hold nothing personal."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why not; a closed list, so that no data slip out in a reason."""

    TOO_MUCH = "too_much"
    MYSELF = "myself"
    WHO = "who"
    LATER = "later"


TOLD: Final = {
    Reason.TOO_MUCH: "the citizen says: too much is asked",
    Reason.MYSELF: "the citizen says: I arrange it myself",
    Reason.WHO: "the citizen says: I do not know who asks",
    Reason.LATER: "the citizen says: not now",
}


def reason_of(text: str) -> Reason | None:
    """Return the chosen reason; anything else, and nothing, is no reason."""
    return Reason(text) if text in set(Reason) else None
