"""Issuances: what was intended, for which keys, at which places of a status list, and how it ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from chassis.database import Database
from issuer.domain.credential import StatusPlace
from issuer.domain.grant import TokenId
from issuer.domain.issuance import Deferral, Intent, Uses
from issuer.store.claims import Draw, bind_keys, spend, use_up, write_down
from issuer.store.tables import deferrals, issuances


@dataclass(frozen=True, slots=True)
class IssuanceTable:
    """Verbs on issuances; each is one transaction."""

    database: Database

    def intend(self, uses: Uses, intent: Intent, *, draw: Draw, now: datetime) -> tuple[StatusPlace, ...]:
        """All or nothing: uses up what the request brought, binds the keys, takes a random place for each.

        When this returns the intent is durable; from then on the credentials may be in somebody's hands.
        """

        def work(connection: Connection) -> tuple[StatusPlace, ...]:
            use_up(connection, uses, token_id=intent.token_id, now=now)
            bind_keys(connection, intent)
            return write_down(connection, intent, draw=draw, now=now)

        return self.database.run(work)

    def forfeit(self, uses: Uses, *, now: datetime) -> None:
        """A refused request spends its proof and its nonce too; DpopProofUsed or NonceUsed if it cannot.

        Kept although it refuses: the refusal is raised after the commit.
        """
        refusal = self.database.run(lambda connection: spend(connection, uses, now=now))
        if refusal is not None:
            raise refusal

    def defer(self, uses: Uses, deferral: Deferral, *, intent: Intent, now: datetime) -> None:
        """All or nothing: uses up what the request brought, binds the keys, keeps the promise."""

        def work(connection: Connection) -> None:
            use_up(connection, uses, token_id=intent.token_id, now=now)
            bind_keys(connection, intent)
            connection.execute(
                insert(deferrals).values(
                    transaction_hash=deferral.transaction_hash,
                    token_id=deferral.token_id,
                    configuration_id=deferral.configuration_id,
                    proven_keys=json.dumps(deferral.keys),
                    reply_key=deferral.reply_key,
                    ready_at=deferral.ready_at,
                )
            )

        self.database.run(work)

    def deferral(self, transaction_hash: str, *, token_id: TokenId) -> Deferral | None:
        """None is one answer for unknown, delivered and of another grant; reading decides nothing."""
        statement = select(deferrals).where(
            deferrals.c.transaction_hash == transaction_hash,
            deferrals.c.token_id == token_id,
            deferrals.c.delivered_at.is_(None),
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _deferral(row)

    def intend_deferred(
        self, deferral: Deferral, intent: Intent, *, draw: Draw, now: datetime
    ) -> tuple[StatusPlace, ...] | None:
        """Of all callers exactly one keeps the promise, together with the intent; None for the others."""
        statement = (
            update(deferrals)
            .where(
                deferrals.c.transaction_hash == deferral.transaction_hash,
                deferrals.c.delivered_at.is_(None),
                deferrals.c.ready_at <= now,
            )
            .values(delivered_at=now)
        )

        def work(connection: Connection) -> tuple[StatusPlace, ...] | None:
            if connection.execute(statement).rowcount != 1:
                return None
            return write_down(connection, intent, draw=draw, now=now)

        return self.database.run(work)

    def notify(self, notification_hash: str, event: str, *, token_id: TokenId, now: datetime) -> bool:
        """False when this token got no such id; the same event again changes nothing and is True."""
        mine = (issuances.c.notification_hash == notification_hash, issuances.c.token_id == token_id)
        change = (
            update(issuances)
            .where(*mine, or_(issuances.c.event.is_(None), issuances.c.event != event))
            .values(event=event, notified_at=now)
        )

        def work(connection: Connection) -> bool:
            if connection.execute(change).rowcount == 1:
                return True
            return connection.execute(select(issuances.c.id).where(*mine)).one_or_none() is not None

        return self.database.run(work)


def _deferral(row: Row[Any]) -> Deferral:
    return Deferral(
        transaction_hash=row.transaction_hash,
        token_id=TokenId(row.token_id),
        configuration_id=row.configuration_id,
        keys=tuple(json.loads(row.proven_keys)),
        reply_key=row.reply_key,
        ready_at=row.ready_at,
    )
