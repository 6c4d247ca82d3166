"""Requests about rights: written down before they leave, open at most once for each thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.history import SealedLine
from wallet.domain.rights import RightsId, RightsKind, RightsState, SealedRights
from wallet.store.history import line_values
from wallet.store.moments import moment, seconds
from wallet.store.tables import history, rights_requests


@dataclass(frozen=True, slots=True)
class RightsStore:
    """What was answered stays answered."""

    database: Database

    def begin(self, rights: SealedRights, line: SealedLine) -> bool:
        """Write the intent with its line in the history; False when the same is open already."""
        values = {
            "id": rights.id,
            "account_id": rights.account_id,
            "kind": rights.kind,
            "subject": rights.subject,
            "open_key": f"{rights.account_id}/{rights.subject}",
            "state": rights.state,
            "sealed": rights.sealed,
            "created_at": seconds(rights.created_at),
        }
        try:
            with self.database.begin() as connection:
                connection.execute(insert(rights_requests).values(**values))
                connection.execute(insert(history).values(**line_values(line)))
        except IntegrityError:
            return False
        return True

    def note(
        self, id: RightsId, state: RightsState, sealed_answer: bytes, *, account_id: AccountId, now: datetime
    ) -> bool:
        """Take over what the other side says, in the history too; False when it was answered before."""
        closes = {} if state.is_open else {"open_key": None}
        with self.database.begin() as connection:
            noted = connection.execute(
                update(rights_requests)
                .where(rights_requests.c.id == id, rights_requests.c.account_id == account_id)
                .where(rights_requests.c.open_key.is_not(None))
                .values(state=state, sealed_answer=sealed_answer, checked_at=seconds(now), **closes)
            )
            if noted.rowcount != 1:
                return False
            connection.execute(
                update(history)
                .where(history.c.request_id == id, history.c.account_id == account_id)
                .values(outcome=state)
            )
        return True

    def find(self, id: RightsId, *, account_id: AccountId) -> SealedRights | None:
        """Find one of this account; somebody else's is unknown."""
        return self._one(account_id, rights_requests.c.id == id)

    def open_about(self, subject: str, *, account_id: AccountId) -> SealedRights | None:
        """Find what is open about a thing."""
        return self._one(account_id, rights_requests.c.open_key == f"{account_id}/{subject}")

    def all(self, *, account_id: AccountId) -> tuple[SealedRights, ...]:
        """List everything this account asked, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(rights_requests)
                .where(rights_requests.c.account_id == account_id)
                .order_by(rights_requests.c.created_at.desc(), rights_requests.c.id)
            ).all()
        return tuple(map(_rights, rows))

    def _one(self, account_id: AccountId, condition: Any) -> SealedRights | None:
        with self.database.read() as connection:
            row = connection.execute(
                select(rights_requests).where(condition, rights_requests.c.account_id == account_id)
            ).one_or_none()
        return None if row is None else _rights(row)


def _rights(row: Any) -> SealedRights:
    return SealedRights(
        id=RightsId(row.id),
        account_id=AccountId(row.account_id),
        kind=RightsKind(row.kind),
        subject=row.subject,
        state=RightsState(row.state),
        sealed=row.sealed,
        created_at=moment(row.created_at),
        sealed_answer=row.sealed_answer,
        checked_at=moment(row.checked_at),
    )
