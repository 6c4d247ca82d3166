"""A finished play: that it ended and how, without amounts, names or mandate numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chassis.refusals import DomainRefusal
from demo.domain.scenario import Slug

Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,60}$")]
StepName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Milliseconds = Annotated[float, Field(ge=0, le=3_600_000)]


class PlayNotUnderstood(DomainRefusal):
    """A report of a play must have the members that docs/play.md describes."""

    code = "play_not_understood"
    status = 422


class _Mandate(BaseModel):
    state: Literal["proposed", "granted", "used", "revoked", "expired", "declined"]


class PlayReport(BaseModel):
    """What `python -m demo play` tells the hub; members that we do not keep are dropped here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    scenario: Slug
    persona: Slug
    mandate: _Mandate
    second_use: Code
    revoked_use: Code
    ms: Annotated[dict[StepName, Milliseconds], Field(max_length=40)]

    def finished(self, *, at: datetime) -> "Play":
        """Return the play as it is kept."""
        outcome = {
            "mandate": self.mandate.state,
            "second_use": self.second_use,
            "revoked_use": self.revoked_use,
        }
        return Play(self.scenario, self.persona, at, outcome, round(sum(self.ms.values())))


@dataclass(frozen=True, slots=True)
class Play:
    """One line of 'lately played'."""

    scenario: str
    persona: str
    finished_at: datetime
    outcome: dict[str, str]
    ms: int


def parse_report(body: bytes) -> PlayReport:
    """Return the report; raises PlayNotUnderstood and names the members that are wrong."""
    try:
        return PlayReport.model_validate_json(body)
    except ValidationError as wrong:
        places = ", ".join(sorted({".".join(map(str, error["loc"])) or "body" for error in wrong.errors()}))
        raise PlayNotUnderstood(title="The report is not complete", hint=f"Look at: {places}") from None
