"""The register entry of one mandate: one class a state, one method a transition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from verifier.domain.refusals import (
    MandateAlreadyUsed,
    MandateDeclined,
    MandateExpired,
    MandateNotGranted,
    MandateRevoked,
)

MandateId = NewType("MandateId", str)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Stored and offered; the citizen has not answered."""

    id: MandateId
    answer_by: datetime
    expires_at: datetime

    def granted(self, *, at: datetime) -> "Granted":
        """The citizen signed in time."""
        if at >= min(self.answer_by, self.expires_at):
            raise MandateExpired
        return Granted(self.id, self.expires_at, granted_at=at, released=False)

    def declined(self, *, at: datetime) -> "Declined":
        """The citizen, or the wallet on their behalf, said no."""
        return Declined(self.id, self.expires_at, declined_at=at)


@dataclass(frozen=True, slots=True)
class Granted:
    """Signed; it may be used once, from the moment the citizen's own browser came back (released)."""

    id: MandateId
    expires_at: datetime
    granted_at: datetime
    released: bool

    def used(self, *, at: datetime) -> "Used":
        """The one act was done."""
        if not self.released:
            raise MandateNotGranted
        if at >= self.expires_at:
            raise MandateExpired
        return Used(self.id, self.expires_at, self.granted_at, used_at=at)

    def revoked(self, *, at: datetime, reason: str) -> "Revoked":
        """The citizen took it back, or the answer came home in another browser."""
        if at >= self.expires_at:
            raise MandateExpired
        return Revoked(self.id, self.expires_at, self.granted_at, revoked_at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class Used:
    """Spent; nothing follows."""

    id: MandateId
    expires_at: datetime
    granted_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """Taken back before it was used; nothing follows."""

    id: MandateId
    expires_at: datetime
    granted_at: datetime | None
    revoked_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Never given; nothing follows."""

    id: MandateId
    expires_at: datetime
    declined_at: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """The time is over, unsigned or unused; nothing follows."""

    id: MandateId
    expires_at: datetime
    granted_at: datetime | None


MandateState = Proposed | Granted | Used | Revoked | Declined | Expired

STATE_NAMES: Mapping[type[MandateState], str] = {
    Proposed: "proposed",
    Granted: "granted",
    Used: "used",
    Revoked: "revoked",
    Declined: "declined",
    Expired: "expired",
}


def state_name(mandate: MandateState) -> str:
    """The word on the wire, in the register and in the API."""
    return STATE_NAMES[type(mandate)]


def as_of(mandate: MandateState, *, now: datetime) -> MandateState:
    """Expiry is read from the clock, so it needs no job that could be late."""
    if isinstance(mandate, Proposed) and now >= min(mandate.answer_by, mandate.expires_at):
        return Expired(mandate.id, mandate.expires_at, granted_at=None)
    if isinstance(mandate, Granted) and now >= mandate.expires_at:
        return Expired(mandate.id, mandate.expires_at, mandate.granted_at)
    return mandate


def require_granted(mandate: MandateState) -> Granted:
    """The one state from which an act or a withdrawal is possible; each other state has its own refusal."""
    match mandate:
        case Granted():
            return mandate
        case Used():
            raise MandateAlreadyUsed
        case Revoked():
            raise MandateRevoked
        case Expired():
            raise MandateExpired
        case Declined():
            raise MandateDeclined
        case Proposed():
            raise MandateNotGranted
