"""The over-ask check on a screen: which verdict holds for a field that would be sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from consent.card_fields import Place
from consent.field_verdict import ALLOWED, FieldVerdict
from consent.over_ask import OverAskReport, check_question
from consent.purpose_extract import purpose_of
from openid4vc.dcql.path import covers
from openid4vc.dcql.query import DcqlQuery
from openid4vc.trust.registration import VerifiedRegistration

_WORST_FIRST: Final = ("forbidden", "surplus", "optional", "needed")


@dataclass(frozen=True, slots=True)
class Judge:
    """What the register says of a question; without a register nobody can say anything."""

    report: OverAskReport | None

    @property
    def normal(self) -> bool | None:
        """Whether it asks no more than it registered; None where that cannot be known."""
        return None if self.report is None else self.report.passed

    def of(self, place: Place, *, query_id: str, vct: str) -> FieldVerdict | None:
        """The worst verdict on this field, on what it lies in, and on its card."""
        found = list(self._on(place, query_id, vct))
        return min(found, key=lambda one: _WORST_FIRST.index(one.verdict)) if found else None

    def _on(self, place: Place, query_id: str, vct: str) -> Iterator[FieldVerdict]:
        """A good card says nothing of its fields; a card too many makes each of them too many."""
        for one in () if self.report is None else self.report.fields:
            whole = not one.path and one.verdict not in ALLOWED
            if (one.query_id, one.vct) == (query_id, vct) and (whole or _lies_in(place, one)):
                yield one


def _lies_in(place: Place, asked: FieldVerdict) -> bool:
    return bool(asked.path) and covers(asked.path, place[: len(asked.path)])


def judge_of(registration: VerifiedRegistration | None, query: DcqlQuery) -> Judge:
    """Hold a question against the registration, and against the purpose where the register added that."""
    if registration is None:
        return Judge(None)
    purpose = purpose_of(registration)
    return Judge(check_question(query, purpose=purpose, registration=registration))
