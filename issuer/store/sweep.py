"""Forget what is over: nothing that can still be used, and nothing that a credential rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, or_, select, update

from chassis.database import Database
from issuer.domain.grant import REFRESH_LIFE
from issuer.store.authorizations import KEPT_AFTERWARDS
from issuer.store.tables import (
    authorizations,
    deferrals,
    issuances,
    nonces,
    offers,
    refresh_tokens,
    spent,
    tokens,
)

AT_ONCE = 500
"""Rows in one transaction: who writes meanwhile waits for no more than these."""


@dataclass(frozen=True, slots=True)
class SweepTable:
    """The one verb that forgets; many small transactions, and a kill between two loses nothing."""

    database: Database

    def sweep(self, *, now: datetime) -> Mapping[str, int]:
        """How many rows went, by table.

        A token with credentials stays without its offer, so that they can be revoked. Offers and codes stay
        an hour beyond their end, so that one that comes back is recognised.
        """
        swept = {"nonces": 0, "spent": 0, "refresh_tokens": 0, "deferrals": 0}
        for table, condition in _over(now):
            swept[table.name] = swept.get(table.name, 0) + self._sweep(table, condition)
        return swept

    def _sweep(self, table: Table, condition: Any) -> int:
        key = next(iter(table.primary_key.columns))
        chosen = select(key).where(condition).limit(AT_ONCE)
        total = 0
        while True:
            gone = self.database.run(lambda connection: _forget(connection, table, key, chosen))
            total += gone
            if gone < AT_ONCE:
                return total


def _forget(connection: Connection, table: Table, key: Any, chosen: Any) -> int:
    found = list(connection.execute(chosen).scalars())
    if not found:
        return 0
    if table is offers:
        connection.execute(update(tokens).where(tokens.c.offer_id.in_(found)).values(offer_id=None))
    connection.execute(delete(table).where(key.in_(found)))
    return len(found)


def _over(now: datetime) -> tuple[tuple[Table, Any], ...]:
    """In an order in which nothing refers any more to what goes."""
    long_over = now - KEPT_AFTERWARDS
    return (
        (nonces, nonces.c.expires_at <= now),
        (spent, spent.c.expires_at <= now),
        (refresh_tokens, refresh_tokens.c.expires_at <= now),
        (
            deferrals,
            or_(deferrals.c.delivered_at <= long_over, deferrals.c.ready_at <= now - REFRESH_LIFE),
        ),
        (authorizations, authorizations.c.expires_at <= long_over),
        (offers, and_(offers.c.expires_at <= long_over, _unused(authorizations.c.offer_id, offers.c.id))),
        (
            tokens,
            and_(
                tokens.c.expires_at <= long_over,
                _unused(issuances.c.token_id, tokens.c.id),
                _unused(deferrals.c.token_id, tokens.c.id),
                _unused(refresh_tokens.c.token_id, tokens.c.id),
            ),
        ),
    )


def _unused(reference: Any, key: Any) -> Any:
    return ~select(reference).where(reference == key).exists()
