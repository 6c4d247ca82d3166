"""Settings of each account, sealed as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.store.moments import seconds
from wallet.store.tables import sessions, settings


@dataclass(frozen=True, slots=True)
class SettingsStore:
    """One sealed document an account; a change that did not see the last one is not made."""

    database: Database

    def find(self, account_id: AccountId) -> bytes | None:
        """Return the sealed settings, or nothing when nobody set anything."""
        with self.database.read() as connection:
            found = connection.execute(
                select(settings.c.sealed).where(settings.c.account_id == account_id)
            ).scalar_one_or_none()
        return None if found is None else bytes(found)

    def change(self, account_id: AccountId, *, before: bytes | None, after: bytes, now: datetime) -> bool:
        """Replace exactly what was read; False when another change came first."""
        values = {"account_id": account_id, "sealed": after, "changed_at": seconds(now)}
        with self.database.begin() as connection:
            if before is None:
                return insert_ignore(connection, settings, values)
            done = connection.execute(
                update(settings)
                .where(settings.c.account_id == account_id, settings.c.sealed == before)
                .values(**values)
            )
        return done.rowcount == 1

    def set_idle(self, account_id: AccountId, idle_seconds: int) -> None:
        """Let every open session of the account lock after this long, from now on."""
        with self.database.begin() as connection:
            connection.execute(
                update(sessions).where(sessions.c.account_id == account_id).values(idle_seconds=idle_seconds)
            )
