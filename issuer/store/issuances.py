"""Issuances: what was intended, for which keys, at which places of a status list, and how it ended."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from issuer.domain.credential import StatusPlace
from issuer.domain.grant import TokenId
from issuer.domain.issuance import Deferral, Intent, KeyOfSomebodyElse, TooManyRequests
from issuer.domain.offer import REQUESTS_PER_TOKEN
from issuer.domain.status import FILL_LIMIT, LIST_ENTRIES, PARALLEL_LISTS
from issuer.store.tables import (
    deferrals,
    holder_keys,
    issuances,
    new_list,
    status_entries,
    status_lists,
    tokens,
)

Draw = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class IssuanceTable:
    """Verbs on issuances; each is one transaction."""

    database: Database

    def intend(self, intent: Intent, *, draw: Draw, now: datetime) -> tuple[StatusPlace, ...]:
        """All or nothing: counts the request, binds the keys and reserves one free random place per key."""
        with self.database.begin() as connection:
            self._count_request(connection, intent)
            self._bind_keys(connection, intent)
            return self._write_down(connection, intent, draw=draw, now=now)

    def defer(self, deferral: Deferral, *, intent: Intent) -> None:
        """All or nothing: counts the request, binds the keys and keeps the promise; no place is taken yet."""
        with self.database.begin() as connection:
            self._count_request(connection, intent)
            self._bind_keys(connection, intent)
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
        with self.database.begin() as connection:
            if connection.execute(statement).rowcount != 1:
                return None
            return self._write_down(connection, intent, draw=draw, now=now)

    def conclude(self, issuance_id: str, *, now: datetime) -> None:
        """From here on the credentials may be in somebody's hands."""
        statement = update(issuances).where(issuances.c.id == issuance_id).values(issued_at=now)
        with self.database.begin() as connection:
            connection.execute(statement)

    def notify(self, notification_hash: str, event: str, *, token_id: TokenId, now: datetime) -> bool:
        """False when this token got no such id; the same event again changes nothing and is True."""
        mine = (issuances.c.notification_hash == notification_hash, issuances.c.token_id == token_id)
        change = (
            update(issuances)
            .where(*mine, or_(issuances.c.event.is_(None), issuances.c.event != event))
            .values(event=event, notified_at=now)
        )
        with self.database.begin() as connection:
            if connection.execute(change).rowcount == 1:
                return True
            return connection.execute(select(issuances.c.id).where(*mine)).one_or_none() is not None

    def _write_down(
        self, connection: Connection, intent: Intent, *, draw: Draw, now: datetime
    ) -> tuple[StatusPlace, ...]:
        connection.execute(
            insert(issuances).values(
                id=intent.id,
                token_id=intent.token_id,
                notification_hash=intent.notification_hash,
                configuration_id=intent.configuration_id,
                copies=len(intent.key_thumbprints),
                intended_at=now,
            )
        )
        number = self._take_room(connection, intent, start=1 + draw(PARALLEL_LISTS))
        return tuple(
            StatusPlace(number, self._take_place(connection, intent, number=number, draw=draw))
            for _ in intent.key_thumbprints
        )

    def _count_request(self, connection: Connection, intent: Intent) -> None:
        statement = (
            update(tokens)
            .where(tokens.c.id == intent.token_id, tokens.c.requests < REQUESTS_PER_TOKEN)
            .values(requests=tokens.c.requests + 1)
        )
        if connection.execute(statement).rowcount != 1:
            raise TooManyRequests

    def _bind_keys(self, connection: Connection, intent: Intent) -> None:
        for thumbprint in sorted(intent.key_thumbprints):
            insert_ignore(connection, holder_keys, {"thumbprint": thumbprint, "persona": intent.persona})
        foreign = select(holder_keys.c.thumbprint).where(
            holder_keys.c.thumbprint.in_(intent.key_thumbprints), holder_keys.c.persona != intent.persona
        )
        if connection.execute(foreign).first() is not None:
            raise KeyOfSomebodyElse

    def _take_room(self, connection: Connection, intent: Intent, *, start: int) -> int:
        """A list that is half full is passed over; it stays published for ever (Token Status List, 13.4)."""
        number = start
        wanted = len(intent.key_thumbprints)
        while True:
            insert_ignore(connection, status_lists, new_list(intent.organisation, number))
            statement = (
                update(status_lists)
                .where(
                    status_lists.c.organisation == intent.organisation,
                    status_lists.c.number == number,
                    status_lists.c.assigned + wanted <= FILL_LIMIT,
                )
                .values(assigned=status_lists.c.assigned + wanted)
            )
            if connection.execute(statement).rowcount == 1:
                return number
            number += PARALLEL_LISTS

    def _take_place(self, connection: Connection, intent: Intent, *, number: int, draw: Draw) -> int:
        while True:
            idx = draw(LIST_ENTRIES)
            row = {
                "organisation": intent.organisation,
                "number": number,
                "idx": idx,
                "issuance_id": intent.id,
            }
            if insert_ignore(connection, status_entries, row):
                return idx


def _deferral(row: Row[Any]) -> Deferral:
    return Deferral(
        transaction_hash=row.transaction_hash,
        token_id=TokenId(row.token_id),
        configuration_id=row.configuration_id,
        keys=tuple(json.loads(row.proven_keys)),
        reply_key=row.reply_key,
        ready_at=row.ready_at,
    )
