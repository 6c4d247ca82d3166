"""Nonces for key proofs (OpenID4VCI 1.0, 7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, bindparam, delete, func, select

from chassis.columns import UtcDateTime
from chassis.database import Database
from chassis.prepared import Prepared
from issuer.store.tables import nonces

CAPACITY = 100_000
"""Open nonces at one moment, over all tenants: a flood is refused before it fills the disk."""


@dataclass(frozen=True, slots=True)
class NonceTable:
    """Verbs on nonces; each is one transaction."""

    database: Database

    def add(self, nonce_hash: str, *, organisation: str, expires_at: datetime, now: datetime) -> bool:
        """Sweeps what has expired; False when the store is full, and honest nonces then stay good."""

        def work(connection: Connection) -> bool:
            _SWEEP.changed(connection, p_now=now)
            row = {"p_hash": nonce_hash, "p_organisation": organisation, "p_until": expires_at}
            return _ADD.changed(connection, **row, p_most=CAPACITY) == 1

        return self.database.run(work)


_SWEEP = Prepared(
    lambda _: delete(nonces).where(nonces.c.expires_at <= bindparam("p_now", type_=UtcDateTime()))
)
_ADD = Prepared(
    lambda insert: insert(nonces).from_select(
        ["nonce_hash", "organisation", "expires_at"],
        select(
            bindparam("p_hash", type_=String()),
            bindparam("p_organisation", type_=String()),
            bindparam("p_until", type_=UtcDateTime()),
        ).where(select(func.count()).select_from(nonces).scalar_subquery() < bindparam("p_most")),
    )
)
