"""How a card stands with its issuer, as the wallet last heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TRY_AGAIN_AFTER = timedelta(minutes=2)


class Standing(StrEnum):
    """Valid only when the issuer's own list said so; what could not be looked up is never called valid."""

    VALID = "valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    COULD_NOT_CHECK = "could_not_check"
    NEVER_CHECKED = "never_checked"
    NO_LIST = "no_list"


_WORST_FIRST = (Standing.REVOKED, Standing.SUSPENDED, Standing.COULD_NOT_CHECK, Standing.VALID)


@dataclass(frozen=True, slots=True)
class CardCheck:
    """One look at the status of all copies of a card that nobody saw yet."""

    standing: Standing
    checked_at: datetime
    fresh_until: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether looking again would tell nothing new."""
        return now < self.fresh_until


def worst(found: Sequence[Standing]) -> Standing:
    """One copy that is revoked makes a revoked card; without any copy with a list there is nothing to say."""
    return next((standing for standing in _WORST_FIRST if standing in found), Standing.NO_LIST)
