"""Cards that are promised for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from chassis.database import Database
from wallet.domain.access import AccessId
from wallet.domain.account import AccountId
from wallet.domain.deferred import DeferredId, SealedDeferred
from wallet.domain.history import SealedLine
from wallet.store.accesses import forget_unused
from wallet.store.history import line_values
from wallet.store.moments import moment, seconds
from wallet.store.tables import deferred, history


def deferred_values(promise: SealedDeferred) -> dict[str, Any]:
    """Return a promise as the columns of its row, for the verb that writes it with its offer."""
    return {
        "id": promise.id,
        "account_id": promise.account_id,
        "access_id": promise.access_id,
        "sealed": promise.sealed,
        "created_at": seconds(promise.created_at),
        "ready_at": seconds(promise.ready_at),
    }


@dataclass(frozen=True, slots=True)
class DeferredStore:
    """Of all tabs that ask for one promise at the same time, one goes on."""

    database: Database

    def waiting(self, *, account_id: AccountId) -> Sequence[SealedDeferred]:
        """List the promises of an account, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(deferred)
                .where(deferred.c.account_id == account_id)
                .order_by(deferred.c.created_at, deferred.c.id)
            ).all()
        return tuple(
            SealedDeferred(
                id=DeferredId(row.id),
                account_id=AccountId(row.account_id),
                access_id=AccessId(row.access_id),
                sealed=row.sealed,
                created_at=moment(row.created_at),
                ready_at=moment(row.ready_at),
            )
            for row in rows
        )

    def claim(self, id: DeferredId, *, account_id: AccountId, now: datetime, until: datetime) -> bool:
        """Take the right to ask now, and nobody before `until`: one statement, only when the wait is over."""
        with self.database.begin() as connection:
            claimed = connection.execute(
                update(deferred)
                .where(deferred.c.id == id, deferred.c.account_id == account_id)
                .where(deferred.c.ready_at <= seconds(now))
                .values(ready_at=seconds(until))
            )
        return claimed.rowcount == 1

    def postpone(self, id: DeferredId, *, account_id: AccountId, until: datetime) -> None:
        """Still not ready: leave the issuer in peace until then."""
        with self.database.begin() as connection:
            connection.execute(
                update(deferred)
                .where(deferred.c.id == id, deferred.c.account_id == account_id)
                .values(ready_at=seconds(until))
            )

    def drop(self, id: DeferredId, line: SealedLine) -> None:
        """The promise will not be kept; one line tells so, and its keys are gone."""
        with self.database.begin() as connection:
            gone = connection.execute(
                delete(deferred).where(deferred.c.id == id, deferred.c.account_id == line.account_id)
            )
            if gone.rowcount == 1:
                connection.execute(insert(history).values(**line_values(line)))
                forget_unused(connection, line.account_id)
