"""Proofs that were used: each is good for one request (RFC 9449, 11.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from chassis.columns import insert_ignore
from chassis.database import Database
from issuer.store.tables import spent

CAPACITY = 200_000
"""Marks at one moment, over all tenants: a flood is refused before it fills the disk."""


@dataclass(frozen=True, slots=True)
class SpentTable:
    """The one verb on spent proofs; it is one transaction."""

    database: Database

    def spend(self, marks: Sequence[str], *, expires_at: datetime, now: datetime) -> str | None:
        """The first mark that was spent before, else None: of all callers exactly one gets None for a mark.

        Sweeps what has expired; OverflowError when the store is full, and then nothing is spent.
        """
        return self.database.run(lambda connection: _spend(connection, marks, expires_at, now))


def _spend(connection: Connection, marks: Sequence[str], expires_at: datetime, now: datetime) -> str | None:
    connection.execute(delete(spent).where(spent.c.expires_at <= now))
    lowest, highest = connection.execute(_RANGE).one()
    if lowest is not None and highest - lowest >= CAPACITY:
        raise OverflowError("too many spent proofs")
    for mark in marks:
        if not insert_ignore(connection, spent, {"mark": mark, "expires_at": expires_at}):
            return mark
    return None


_RANGE = select(
    select(func.min(spent.c.number)).scalar_subquery(), select(func.max(spent.c.number)).scalar_subquery()
)
"""Rows go in the order in which they came, so the range of their numbers bounds how many there are."""
