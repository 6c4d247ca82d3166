"""The supervisor of this demonstration: reports as they stand in its inbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

RECEIVED, IN_HAND, CLOSED = "received", "in_hand", "closed"
NEXT: Final = {RECEIVED: IN_HAND, IN_HAND: CLOSED}
KEPT: Final = timedelta(days=365)
EVIDENCE_HOLDS: Final = "holds"
NAME: Final = "Toezichthouder (voorbeeld)"
COUNTRY: Final = "NL"


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One report; `evidence_check` names what the signed request in it failed on, or says that it holds."""

    id: str
    reference: str
    state: str
    report: bytes
    evidence_check: str
    received_at: datetime
    moved_at: datetime | None = None

    @property
    def evidence_holds(self) -> bool:
        """Whether the request is signed by who is reported, as far as certificates prove it."""
        return self.evidence_check == EVIDENCE_HOLDS
