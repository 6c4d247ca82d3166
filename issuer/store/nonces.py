"""Nonces for key proofs (OpenID4VCI 1.0, 7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, literal, select

from chassis.columns import UtcDateTime
from chassis.database import Database
from issuer.store.tables import nonces

CAPACITY = 100_000
"""Open nonces at one moment, over all tenants: a flood is refused before it fills the disk."""


@dataclass(frozen=True, slots=True)
class NonceTable:
    """Verbs on nonces; each is one transaction."""

    database: Database

    def add(self, nonce_hash: str, *, organisation: str, expires_at: datetime, now: datetime) -> bool:
        """Sweeps what has expired; False when the store is full, and honest nonces then stay good."""
        row = select(literal(nonce_hash), literal(organisation), literal(expires_at, UtcDateTime())).where(
            select(func.count()).select_from(nonces).scalar_subquery() < CAPACITY
        )
        with self.database.begin() as connection:
            connection.execute(delete(nonces).where(nonces.c.expires_at <= now))
            statement = insert(nonces).from_select(["nonce_hash", "organisation", "expires_at"], row)
            added = connection.execute(statement.returning(nonces.c.nonce_hash)).one_or_none()
        return added is not None

    def consume(self, nonce_hash: str, *, organisation: str, now: datetime) -> bool:
        """One statement: of all callers exactly one gets True; late or at another tenant nobody does."""
        statement = delete(nonces).where(
            nonces.c.nonce_hash == nonce_hash,
            nonces.c.organisation == organisation,
            nonces.c.expires_at > now,
        )
        with self.database.begin() as connection:
            return connection.execute(statement).rowcount == 1
