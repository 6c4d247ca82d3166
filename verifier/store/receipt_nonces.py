"""Nonces of the receipts: for key proofs (OpenID4VCI 1.0, 7), and to withdraw one mandate with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, literal, select

from chassis.columns import UtcDateTime
from chassis.database import Database
from verifier.store.tables import receipt_nonce

CAPACITY = 100_000
"""Open nonces at one moment: a flood is refused before it fills the disk."""


@dataclass(frozen=True, slots=True)
class ReceiptNonces:
    """Verbs on nonces; each is one transaction."""

    database: Database

    def add(self, nonce_hash: str, *, purpose: str, expires_at: datetime, now: datetime) -> bool:
        """Sweeps what has expired; false when the store is full, and honest nonces then stay good."""
        row = select(literal(nonce_hash), literal(purpose), literal(expires_at, UtcDateTime())).where(
            select(func.count()).select_from(receipt_nonce).scalar_subquery() < CAPACITY
        )
        statement = insert(receipt_nonce).from_select(["hash", "purpose", "expires_at"], row)

        def work(connection: Connection) -> bool:
            connection.execute(delete(receipt_nonce).where(receipt_nonce.c.expires_at <= now))
            return connection.execute(statement.returning(receipt_nonce.c.hash)).one_or_none() is not None

        return self.database.run(work)

    def consume(self, nonce_hash: str, *, purpose: str, now: datetime) -> bool:
        """One statement: of all callers exactly one gets True; late or for another purpose nobody does."""
        statement = delete(receipt_nonce).where(
            receipt_nonce.c.hash == nonce_hash,
            receipt_nonce.c.purpose == purpose,
            receipt_nonce.c.expires_at > now,
        )
        return self.database.run(lambda connection: connection.execute(statement).rowcount) == 1
