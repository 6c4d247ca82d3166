"""Reports to the supervisor, sealed: a citizen may write more in them than names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from verifier.domain.supervision import KEPT, NEXT, ReportEntry
from verifier.store.sealing import Seal
from verifier.store.tables import dpa_report

MOST_KEPT = 10_000
MOST_BYTES = 64 * 1024 * 1024
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Reports:
    """The door to the table dpa_report."""

    database: Database
    seal: Seal

    def receive(self, entry: ReportEntry) -> bool:
        """Keep a report once; false when one with this id, or this reference, is there."""
        row = {
            "id": entry.id,
            "reference": entry.reference,
            "state": entry.state,
            "sealed_report": self.seal.close(entry.report, place=_place(entry.id)),
            "evidence_check": entry.evidence_check,
            "received_at": entry.received_at,
            "retain_until": entry.received_at + KEPT,
        }
        try:
            self.database.run(lambda connection: connection.execute(insert(dpa_report).values(row)))
        except IntegrityError:
            return False
        return True

    def is_full(self, *, most: int = MOST_KEPT, most_bytes: int = MOST_BYTES) -> bool:
        """Whether more came in than a demonstration can need, in number or in size: anybody may report."""
        size = func.coalesce(func.sum(func.length(dpa_report.c.sealed_report)), 0)
        with self.database.read() as connection:
            number, held = connection.execute(select(func.count(), size).select_from(dpa_report)).one()
        return int(number) >= most or int(held) >= most_bytes

    def find(self, report_id: str) -> ReportEntry | None:
        """By the id that only its sender knows."""
        return self._one(dpa_report.c.id == report_id)

    def by_reference(self, reference: str) -> ReportEntry | None:
        """By the number that stands on it."""
        return self._one(dpa_report.c.reference == reference)

    def newest(self, *, limit: int = MOST_SHOWN) -> tuple[ReportEntry, ...]:
        """The inbox, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(dpa_report)
                .order_by(dpa_report.c.received_at.desc(), dpa_report.c.reference)
                .limit(limit)
            ).all()
        return tuple(map(self._entry, rows))

    def move_on(self, reference: str, *, known_state: str, at: datetime) -> bool:
        """One step further, once; false when somebody else did it before."""
        moving = (
            update(dpa_report)
            .where(dpa_report.c.reference == reference, dpa_report.c.state == known_state)
            .values(state=NEXT[known_state], moved_at=at)
        )
        return self.database.run(lambda connection: connection.execute(moving).rowcount) == 1

    def _one(self, condition: Any) -> ReportEntry | None:
        with self.database.read() as connection:
            row = connection.execute(select(dpa_report).where(condition)).one_or_none()
        return None if row is None else self._entry(row)

    def _entry(self, row: Any) -> ReportEntry:
        return ReportEntry(
            id=row.id,
            reference=row.reference,
            state=row.state,
            report=self.seal.open(row.sealed_report, place=_place(row.id)),
            evidence_check=row.evidence_check,
            received_at=row.received_at,
            moved_at=row.moved_at,
        )


def _place(report_id: str) -> str:
    return f"report/{report_id}"
