"""What a citizen set, and which thresholds were answered: kept sealed, and changed as one."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from wallet.domain.probing import AnsweredThreshold

SETTINGS = "settings"
MOST_ORGANISATIONS = 200
IDLE_MINUTES = (5, 15, 30, 60, 300)


class Rung(IntEnum):
    """The ladder of proactive service; each step takes in the one before."""

    INFORM = 1
    ADVISE = 2
    ACT = 3

    @property
    def word(self) -> str:
        """The name of the rung as a scenario and a purpose spell it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Rung":
        """Return the rung with this name; KeyError for any other."""
        return {rung.word: rung for rung in cls}[word]


class Unregistered(StrEnum):
    """What happens to a request of somebody who shows no registration."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class OrganisationRule:
    """How far one organisation may go, by the identifier of its certificate."""

    id: str
    name: str
    rung: Rung


CHANNELS = ("letter", "phone", "message")
ABOUT = ("service", "all")


@dataclass(frozen=True, slots=True)
class OptOutRule:
    """About what and by which channels an organisation may not come to the citizen, under which mandates."""

    organisation_id: str
    about: str
    channels: tuple[str, ...]
    mandates: tuple[str, ...]
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class JointOptOut:
    """About what and by which channels nobody may come to the citizen, whoever gets a mandate."""

    about: str
    channels: tuple[str, ...]
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; who has no rule of its own may go as far as `others`: at first anything may be asked."""

    unregistered: Unregistered = Unregistered.WARN
    idle_minutes: int | None = None
    organisations: tuple[OrganisationRule, ...] = field(default=())
    opt_outs: tuple[OptOutRule, ...] = field(default=())
    others: Rung = Rung.ACT
    everybody: JointOptOut | None = None
    thresholds: tuple[AnsweredThreshold, ...] = field(default=())

    def rung_of(self, organisation_id: str) -> Rung:
        """Return how far an organisation may go."""
        return next((rule.rung for rule in self.organisations if rule.id == organisation_id), self.others)

    def with_rule(self, rule: OrganisationRule) -> "Settings":
        """Set the rung of one organisation; the rung of all others is the same as no rule."""
        rest = tuple(one for one in self.organisations if one.id != rule.id)[-MOST_ORGANISATIONS + 1 :]
        return replace(self, organisations=rest if rule.rung is self.others else (*rest, rule))

    def opt_out_of(self, organisation_id: str) -> OptOutRule | None:
        """Return what was said last about being approached by an organisation."""
        return next((rule for rule in self.opt_outs if rule.organisation_id == organisation_id), None)

    def with_opt_out(self, rule: OptOutRule) -> "Settings":
        """Replace what was said about one organisation."""
        others = tuple(one for one in self.opt_outs if one.organisation_id != rule.organisation_id)
        return replace(self, opt_outs=(*others[-MOST_ORGANISATIONS + 1 :], rule))
