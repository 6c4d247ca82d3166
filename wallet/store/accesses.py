"""Access at issuers: tokens and the keys they are bound to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from chassis.database import Database
from wallet.domain.access import AccessId, SealedAccess
from wallet.domain.account import AccountId
from wallet.store.moments import moment, seconds
from wallet.store.tables import accesses, cards, deferred


def access_values(access: SealedAccess) -> dict[str, Any]:
    """Return access as the columns of its row, for the verb that writes it with the cards it fetched."""
    return {
        "id": access.id,
        "account_id": access.account_id,
        "sealed": access.sealed,
        "created_at": seconds(access.created_at),
    }


def forget_unused(connection: Connection, account_id: AccountId) -> None:
    """Access that no card and no promise needs any more is gone with the last of them."""
    for_cards = select(cards.c.access_id).where(
        cards.c.account_id == account_id, cards.c.access_id.is_not(None)
    )
    for_promises = select(deferred.c.access_id).where(deferred.c.account_id == account_id)
    connection.execute(
        delete(accesses)
        .where(accesses.c.account_id == account_id)
        .where(accesses.c.id.not_in(for_cards), accesses.c.id.not_in(for_promises))
    )


@dataclass(frozen=True, slots=True)
class AccessStore:
    """Access is kept as long as a card or a promise needs it."""

    database: Database

    def find(self, id: AccessId, *, account_id: AccountId) -> SealedAccess | None:
        """Find access of this account; somebody else's is unknown."""
        with self.database.read() as connection:
            row = connection.execute(
                select(accesses).where(accesses.c.id == id, accesses.c.account_id == account_id)
            ).one_or_none()
        if row is None:
            return None
        return SealedAccess(AccessId(row.id), AccountId(row.account_id), row.sealed, moment(row.created_at))

    def replace(self, access: SealedAccess) -> None:
        """Keep the newer token in the place of the older one."""
        with self.database.begin() as connection:
            connection.execute(
                update(accesses)
                .where(accesses.c.id == access.id, accesses.c.account_id == access.account_id)
                .values(sealed=access.sealed)
            )

    def end(self, id: AccessId, *, account_id: AccountId) -> None:
        """The issuer wants the citizen to sign in again: cards stay, and cannot be renewed any more."""
        with self.database.begin() as connection:
            connection.execute(
                update(cards)
                .where(cards.c.access_id == id, cards.c.account_id == account_id)
                .values(access_id=None)
            )
            forget_unused(connection, account_id)
