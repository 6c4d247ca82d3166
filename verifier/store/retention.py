"""Forget what the purpose no longer needs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from chassis.database import Database
from verifier.store.tables import decision, idempotency, mandate_values


@dataclass(frozen=True, slots=True)
class Retention:
    """The door that only erases."""

    database: Database

    def erase_past(self, now: datetime) -> int:
        """Values past their date are gone in one transaction; the register entry stays, it holds none."""
        with self.database.begin() as connection:
            return sum(
                connection.execute(delete(table).where(table.c.retain_until <= now)).rowcount
                for table in (mandate_values, decision, idempotency)
            )
