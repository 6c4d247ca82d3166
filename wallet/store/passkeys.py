"""Passkeys, and the challenges that are answered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.passkey import MOST_PASSKEYS, KeptPasskey
from wallet.store.moments import moment, seconds
from wallet.store.tables import accounts, passkey_challenges, passkeys

MOST_CHALLENGES = 10_000


@dataclass(frozen=True, slots=True)
class PasskeyStore:
    """A challenge is spent by the first answer, good or bad; a counter never goes back."""

    database: Database

    def ask(
        self, challenge_hash: str, *, expires_at: datetime, now: datetime, most: int = MOST_CHALLENGES
    ) -> None:
        """Remember a challenge and forget those that are over; of too many the oldest too."""
        with self.database.begin() as connection:
            connection.execute(
                delete(passkey_challenges).where(passkey_challenges.c.expires_at <= seconds(now))
            )
            _make_room(connection, most)
            connection.execute(
                insert(passkey_challenges).values(
                    challenge_hash=challenge_hash, expires_at=seconds(expires_at)
                )
            )

    def spend(self, challenge_hash: str, *, now: datetime) -> bool:
        """Take a challenge away; False when it was never given, is over, or was answered before."""
        with self.database.begin() as connection:
            gone = connection.execute(
                delete(passkey_challenges).where(
                    passkey_challenges.c.challenge_hash == challenge_hash,
                    passkey_challenges.c.expires_at > seconds(now),
                )
            )
        return gone.rowcount == 1

    def keep(self, passkey: KeptPasskey) -> bool:
        """Keep a new passkey; False when it is known already, or when the account has enough of them."""
        with self.database.begin() as connection:
            # Whoever adds holds the row of the account, so that two at once are counted one after the other.
            own = accounts.c.id == passkey.account_id
            connection.execute(update(accounts).where(own).values(created_at=accounts.c.created_at))
            held = connection.execute(
                select(func.count()).where(passkeys.c.account_id == passkey.account_id)
            ).scalar_one()
            if held >= MOST_PASSKEYS:
                return False
            return insert_ignore(connection, passkeys, _values(passkey))

    def find(self, id: str) -> KeptPasskey | None:
        """Return a passkey by its id, of whatever account."""
        with self.database.read() as connection:
            row = connection.execute(select(passkeys).where(passkeys.c.id == id)).one_or_none()
        return None if row is None else _passkey(row)

    def of(self, account_id: AccountId) -> Sequence[KeptPasskey]:
        """List the passkeys of an account, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(passkeys)
                .where(passkeys.c.account_id == account_id)
                .order_by(passkeys.c.created_at, passkeys.c.id)
            ).all()
        return tuple(_passkey(row) for row in rows)

    def count_use(self, id: str, *, sign_count: int, now: datetime) -> bool:
        """Move the counter forward; False when another use was first or the passkey is gone."""
        count = passkeys.c.sign_count
        forward = count < sign_count if sign_count else count == 0
        with self.database.begin() as connection:
            done = connection.execute(
                update(passkeys)
                .where(passkeys.c.id == id, forward)
                .values(sign_count=sign_count, used_at=seconds(now))
            )
        return done.rowcount == 1

    def remove(self, id: str, *, account_id: AccountId) -> bool:
        """Forget a passkey of this account."""
        with self.database.begin() as connection:
            gone = connection.execute(
                delete(passkeys).where(passkeys.c.id == id, passkeys.c.account_id == account_id)
            )
        return gone.rowcount == 1


def _make_room(connection: Connection, most: int) -> None:
    """Anybody may ask at the door; a PIN works for whom a flood takes the challenge away."""
    waiting = connection.execute(select(func.count()).select_from(passkey_challenges)).scalar_one()
    if waiting >= most:
        oldest = select(passkey_challenges.c.challenge_hash).order_by(passkey_challenges.c.expires_at)
        gone = oldest.limit(waiting - most + 1).scalar_subquery()
        connection.execute(delete(passkey_challenges).where(passkey_challenges.c.challenge_hash.in_(gone)))


def _values(passkey: KeptPasskey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "account_id": passkey.account_id,
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "wrapped_view_key": passkey.wrapped_view_key,
        "created_at": seconds(passkey.created_at),
    }


def _passkey(row: Any) -> KeptPasskey:
    return KeptPasskey(
        id=row.id,
        account_id=AccountId(row.account_id),
        credential_id=bytes(row.credential_id),
        public_key=bytes(row.public_key),
        sign_count=int(row.sign_count),
        wrapped_view_key=bytes(row.wrapped_view_key),
        created_at=moment(row.created_at),
        used_at=moment(row.used_at),
    )
