"""What must be told to others: written with the transition, delivered at least once, under one key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from chassis.database import Database
from consent.ledger import LedgerLine
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import to_numeric_date
from verifier.domain.notice import Notice, wait_after
from verifier.store.tables import outbox

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The door to the table outbox; notices are added by the verbs that cause them."""

    database: Database

    def claim(self, now: datetime) -> Notice | None:
        """The notice that waits longest is the caller's for a minute; who dies with it loses it."""
        waiting = (
            select(outbox)
            .where(outbox.c.delivered_at.is_(None), outbox.c.next_attempt_at <= now)
            .order_by(outbox.c.next_attempt_at)
            .limit(1)
        )
        with self.database.read() as connection:  # most of the time there is nothing to lock for
            if connection.execute(waiting).first() is None:
                return None

        def work(connection: Connection) -> Notice | None:
            row = connection.execute(waiting.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            connection.execute(
                update(outbox)
                .where(outbox.c.key == row.key)
                .values(next_attempt_at=now + LEASE, attempts=row.attempts + 1)
            )
            return Notice(row.key, row.kind, row.target, row.payload, row.attempts + 1)

        return self.database.run(work)

    def delivered(self, notice: Notice, *, at: datetime) -> bool:
        """It arrived; false when somebody else said so before."""
        arrived = (
            update(outbox)
            .where(outbox.c.key == notice.key, outbox.c.delivered_at.is_(None))
            .values(delivered_at=at)
        )
        return self.database.run(lambda connection: connection.execute(arrived).rowcount == 1)

    def failed(self, notice: Notice, *, at: datetime) -> None:
        """Again later, each time later still; only by who holds it, and never after it arrived."""
        later = (
            update(outbox)
            .where(
                outbox.c.key == notice.key,
                outbox.c.delivered_at.is_(None),
                outbox.c.attempts == notice.attempts,
            )
            .values(next_attempt_at=at + wait_after(notice.attempts))
        )
        self.database.run(lambda connection: connection.execute(later))

    def waiting(self) -> int:
        """How many did not arrive yet."""
        undelivered = select(func.count()).select_from(outbox).where(outbox.c.delivered_at.is_(None))
        with self.database.read() as connection:
            return connection.execute(undelivered).scalar_one()


def put(connection: Connection, targets: Sequence[str], line: LedgerLine, *, key: str = "") -> None:
    """One notice to each target, in the transaction of the line that it tells of.

    `key` is for what may happen more than once to a mandate.
    """
    told = {"event": line.event, "mandate_id": line.mandate_id, "ledger_hash": line.hash}
    payload = strict_json.dumps(told | {"ledger_seq": line.seq, "at": to_numeric_date(line.at)}).decode()
    for number, target in enumerate(targets):
        connection.execute(
            insert(outbox).values(
                key=f"{key or line.mandate_id}/{line.event}/{number}",
                kind=line.event,
                target=target,
                payload=payload,
                attempts=0,
                next_attempt_at=line.at,
            )
        )
