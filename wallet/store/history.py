"""The citizen's log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from chassis.database import Database
from chassis.erasing import erase_for_good
from wallet.domain.account import AccountId
from wallet.domain.history import HistoryKind, SealedLine
from wallet.store.moments import moment, seconds
from wallet.store.tables import history

PAGE = 100


def line_values(line: SealedLine) -> dict[str, Any]:
    """Return a line as the columns of its row, for the verbs that write it with something else."""
    return {
        "id": line.id,
        "account_id": line.account_id,
        "at": seconds(line.at),
        "kind": line.kind,
        "outcome": line.outcome,
        "request_id": line.request_id,
        "sealed": line.sealed,
    }


@dataclass(frozen=True, slots=True)
class HistoryStore:
    """Lines are added; the outcome of a request still changes, and the citizen may take one out."""

    database: Database

    def add(self, line: SealedLine) -> None:
        """Add one line."""
        with self.database.begin() as connection:
            connection.execute(insert(history).values(**line_values(line)))

    def newest(self, *, account_id: AccountId, limit: int | None = PAGE) -> tuple[SealedLine, ...]:
        """List the newest lines of an account, or all of them."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(history)
                .where(history.c.account_id == account_id)
                .order_by(history.c.number.desc())
                .limit(limit)
            ).all()
        return tuple(map(_line, rows))

    def find(self, id: str, *, account_id: AccountId) -> SealedLine | None:
        """Find a line of this account; somebody else's is unknown."""
        with self.database.read() as connection:
            row = connection.execute(
                select(history).where(history.c.id == id, history.c.account_id == account_id)
            ).one_or_none()
        return None if row is None else _line(row)

    def remove(self, id: str, trace: SealedLine) -> bool:
        """Take one line out and write that this was done, or neither; False when it was not there."""
        with self.database.begin() as connection:
            gone = erase_for_good(connection).execute(
                delete(history).where(history.c.id == id, history.c.account_id == trace.account_id)
            )
            if gone.rowcount != 1:
                return False
            connection.execute(insert(history).values(**line_values(trace)))
        return True


def _line(row: Any) -> SealedLine:
    return SealedLine(
        id=row.id,
        account_id=AccountId(row.account_id),
        at=moment(row.at),
        kind=HistoryKind(row.kind),
        outcome=row.outcome,
        sealed=row.sealed,
        request_id=row.request_id,
    )
