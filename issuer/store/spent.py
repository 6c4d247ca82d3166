"""Proofs that were used: each is good for one request (RFC 9449, 11.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from chassis.columns import UtcDateTime
from chassis.database import Database
from chassis.prepared import Prepared
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
        return self.database.run(
            lambda connection: spend_marks(connection, marks, expires_at=expires_at, now=now)
        )


def spend_marks(
    connection: Connection, marks: Sequence[str], *, expires_at: datetime, now: datetime
) -> str | None:
    """Part of a transaction: the first mark that was spent before, else None."""
    _SWEEP.changed(connection, p_now=now)
    lowest, highest = _RANGE.first(connection) or (None, None)
    if lowest is not None and highest - lowest >= CAPACITY:
        raise OverflowError("too many spent proofs")
    for mark in marks:
        if _SPEND.changed(connection, mark=mark, expires_at=expires_at) != 1:
            return mark
    return None


_SWEEP = Prepared(
    lambda _: delete(spent).where(spent.c.expires_at <= bindparam("p_now", type_=UtcDateTime()))
)
_RANGE = Prepared(
    lambda _: select(
        select(func.min(spent.c.number)).scalar_subquery(), select(func.max(spent.c.number)).scalar_subquery()
    )
)
"""Rows go in the order in which they came, so the range of their numbers bounds how many there are."""
_SPEND = Prepared(
    lambda insert: (
        insert(spent)
        .values(mark=bindparam("mark"), expires_at=bindparam("expires_at", type_=UtcDateTime()))
        .on_conflict_do_nothing()
    )
)
