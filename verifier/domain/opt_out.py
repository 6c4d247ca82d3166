"""An opt-out: the desk may not come to this person unasked; the person may always come to the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openid4vc.errors import CheckFailed


class Channel(StrEnum):
    """How a desk can come to somebody unasked."""

    LETTER = "letter"
    PHONE = "phone"
    MESSAGE = "message"


class About(StrEnum):
    """The life event behind the mandate only, or whatever the desk thinks of."""

    SERVICE = "service"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OptOut:
    """What about, and by which channels."""

    about: About
    channels: frozenset[Channel]

    @classmethod
    def from_claims(cls, claims: Mapping[str, object]) -> "OptOut":
        """Read it strictly: CheckFailed statement_opt_out for a word that is not known."""
        channels = claims.get("channels")
        if not isinstance(channels, list) or len(channels) > len(Channel):
            raise CheckFailed("statement_opt_out", "channels are a short list")
        try:
            return cls(About(str(claims.get("about"))), frozenset(Channel(str(one)) for one in channels))
        except ValueError as cause:
            raise CheckFailed("statement_opt_out", "an unknown word in an opt-out") from cause

    def forbids(self, approach: "Approach", *, service: str) -> bool:
        """Whether this approach may not be made; `service` is the one of the mandate."""
        return approach.channel in self.channels and (self.about is About.ALL or approach.service == service)


@dataclass(frozen=True, slots=True)
class Approach:
    """The desk wants to tell this person about a service, by this channel."""

    mandate_id: str
    service: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Approached:
    """What the check said, as it stands in the ledger."""

    at: datetime
    service: str
    channel: str
    allowed: bool
