"""Why citizens said no, where they chose to tell: sealed beside the request, as long as a result is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from chassis.database import Database
from openid4vc.jose import strict_json
from verifier.domain.presentation import NOT_SHARED
from verifier.domain.records import ToldReason
from verifier.store.sealing import Seal
from verifier.store.tables import presentation, presentation_values

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Told:
    """The door to what stands in presentation_values for a no."""

    database: Database
    seal: Seal

    def about(self, mandate_id: str, *, now: datetime) -> str | None:
        """What the citizen told with the no to this mandate, once the answer was claimed."""
        claimed = (presentation.c.mandate_id == mandate_id) & (presentation.c.status == "released")
        return next((one.text for one in self._find(claimed, now)), None)

    def newest(self, *, now: datetime) -> tuple[ToldReason, ...]:
        """For the inbox of the desk, newest first."""
        return tuple(self._find(presentation.c.status.in_(("answered", "released")), now))

    def _find(self, which: ColumnElement[bool], now: datetime) -> list[ToldReason]:
        kept = select(
            presentation.c.id,
            presentation.c.purpose,
            presentation.c.answered_at,
            presentation_values.c.sealed_result,
        ).join(presentation_values, presentation_values.c.presentation_id == presentation.c.id)
        said_no = (presentation.c.outcome == NOT_SHARED) & (presentation_values.c.retain_until > now)
        newest_first = kept.where(which, said_no).order_by(presentation.c.answered_at.desc())
        with self.database.read() as connection:
            return [self._read(row) for row in connection.execute(newest_first.limit(MOST_SHOWN))]

    def _read(self, row: Any) -> ToldReason:
        said = strict_json.loads_object(self.seal.open(row.sealed_result, place=f"result/{row.id}"))
        return ToldReason(str(said["told"]), row.purpose, row.answered_at)
