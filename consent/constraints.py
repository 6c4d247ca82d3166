"""The limits of a mandate as values; an act is judged against all of them, and no limits means no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do on the strength of a mandate."""

    action: str
    years: frozenset[int]
    mandatary: str
    addressee: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Permitted:
    """The act falls inside every limit."""


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """The act falls outside a limit; `reason` is a stable code without personal data."""

    reason: str


class Constraint(Protocol):
    """One limit: it gives the code of its objection, or None."""

    def objection(self, act: Act) -> str | None:
        """Why this act falls outside this limit."""


@dataclass(frozen=True, slots=True)
class ActionIs:
    """Only these actions."""

    actions: frozenset[str]

    def objection(self, act: Act) -> str | None:
        """`other_action` for any other action."""
        return None if act.action in self.actions else "other_action"


@dataclass(frozen=True, slots=True)
class YearsAre:
    """Exactly these years: the act that was described, not a part of it."""

    years: frozenset[int]

    def objection(self, act: Act) -> str | None:
        """`other_years` for more, fewer or other years."""
        return None if act.years and act.years == self.years else "other_years"


@dataclass(frozen=True, slots=True)
class MandataryIs:
    """Only this organisation acts; there is no sub-delegation (BW 3:64)."""

    id: str

    def objection(self, act: Act) -> str | None:
        """`other_mandatary` for any other organisation."""
        return None if act.mandatary == self.id else "other_mandatary"


@dataclass(frozen=True, slots=True)
class AddresseeIs:
    """Only before this authority."""

    id: str

    def objection(self, act: Act) -> str | None:
        """`other_addressee` for any other authority."""
        return None if act.addressee == self.id else "other_addressee"


@dataclass(frozen=True, slots=True)
class InForce:
    """From the first moment up to, not including, the last."""

    starts: datetime
    ends: datetime

    def objection(self, act: Act) -> str | None:
        """`not_yet_in_force` before the start, `no_longer_in_force` from the end."""
        if act.at < self.starts:
            return "not_yet_in_force"
        return None if act.at < self.ends else "no_longer_in_force"


def judge(constraints: Sequence[Constraint], act: Act) -> Permitted | NotPermitted:
    """The first objection counts; an empty list permits nothing (`no_constraints`)."""
    if not constraints:
        return NotPermitted("no_constraints")
    for constraint in constraints:
        objection = constraint.objection(act)
        if objection is not None:
            return NotPermitted(objection)
    return Permitted()
