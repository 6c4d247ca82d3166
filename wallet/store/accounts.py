"""Accounts and the tries of their PINs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.domain.account import Account, AccountId, NameKey, wait_after
from wallet.store.moments import moment, seconds
from wallet.store.tables import accounts, pin_tries

_FORGET_TRIES_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AccountStore:
    """Who has an account, and how often its PIN was guessed wrong."""

    database: Database

    def open(self, account: Account) -> bool:
        """Keep a new account; False when the name is taken, also for two at the same moment."""
        values = {
            "id": account.id,
            "name_key": account.name_key,
            "salt": account.salt,
            "wrapped_data_key": account.wrapped_data_key,
            "sealed_name": account.sealed_name,
            "created_at": seconds(account.created_at),
        }
        with self.database.begin() as connection:
            return insert_ignore(connection, accounts, values)

    def by_name(self, key: NameKey) -> Account | None:
        """Find the account of a name."""
        return self._one(accounts.c.name_key == key)

    def by_id(self, id: AccountId) -> Account | None:
        """Find the account of a session."""
        return self._one(accounts.c.id == id)

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        with self.database.read() as connection:
            row = connection.execute(select(accounts).where(condition)).one_or_none()
        if row is None:
            return None
        return Account(
            id=AccountId(row.id),
            name_key=NameKey(row.name_key),
            salt=row.salt,
            wrapped_data_key=row.wrapped_data_key,
            sealed_name=row.sealed_name,
            created_at=moment(row.created_at),
        )

    def spend_try(self, key: NameKey, *, now: datetime) -> datetime | None:
        """Count one try before it is made, for known and unknown names alike; when locked, until when.

        One transaction that writes first, so that tries at the same moment never get more than the budget.
        """
        at = seconds(now)
        with self.database.begin() as connection:
            forgotten = pin_tries.c.last_at < seconds(now - _FORGET_TRIES_AFTER)
            connection.execute(delete(pin_tries).where(forgotten))
            insert_ignore(
                connection, pin_tries, {"name_key": key, "failures": 0, "locked_until": 0, "last_at": at}
            )
            failures = connection.execute(
                update(pin_tries)
                .where(pin_tries.c.name_key == key, pin_tries.c.locked_until <= at)
                .values(failures=pin_tries.c.failures + 1, last_at=at)
                .returning(pin_tries.c.failures)
            ).scalar_one_or_none()
            own_row = pin_tries.c.name_key == key
            if failures is None:
                locked = connection.execute(select(pin_tries.c.locked_until).where(own_row))
                return moment(int(locked.scalar_one()))
            if wait := wait_after(failures):
                until = seconds(now + wait)
                connection.execute(update(pin_tries).where(own_row).values(locked_until=until))
        return None

    def forget_tries(self, key: NameKey) -> None:
        """The PIN was right: start counting anew."""
        with self.database.begin() as connection:
            connection.execute(delete(pin_tries).where(pin_tries.c.name_key == key))
