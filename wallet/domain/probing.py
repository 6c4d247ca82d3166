"""Many thresholds give away an amount: how many different ones the wallet answers to one organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consent.advice import AdviceQuestion
from wallet.domain.refusals import Refusal

MOST_THRESHOLDS: Final = 2
WITHIN: Final = timedelta(days=365)
MOST_REMEMBERED: Final = 1_000


class ThresholdProbing(Refusal):
    """The organisation had answers for other thresholds; one more would close in on the amount."""

    code = "threshold_probing"
    status = 403


@dataclass(frozen=True, slots=True)
class AnsweredThreshold:
    """Which limit of which scheme was answered to whom; the answer itself stands nowhere."""

    organisation_id: str
    scheme: str
    threshold_eur: int
    at: datetime


def with_answer(
    known: Sequence[AnsweredThreshold], question: AdviceQuestion, *, organisation_id: str, now: datetime
) -> tuple[AnsweredThreshold, ...]:
    """What was answered, this question included; ThresholdProbing for one too many within a year.

    The same threshold once more tells nothing new.
    """
    lately = [one for one in known if one.at > now - WITHIN]
    answered = {
        one.threshold_eur
        for one in lately
        if (one.organisation_id, one.scheme) == (organisation_id, question.scheme)
    }
    if question.threshold_eur in answered:
        return tuple(lately)
    if len(answered) >= MOST_THRESHOLDS:
        raise ThresholdProbing
    fresh = AnsweredThreshold(organisation_id, question.scheme, question.threshold_eur, now)
    return (*lately[-MOST_REMEMBERED + 1 :], fresh)
