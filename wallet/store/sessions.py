"""Open sessions, known by the hash of their token only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, update

from chassis.database import Database
from chassis.tokens import token_hash
from wallet.domain.account import AccountId, KeptSession
from wallet.store.moments import seconds
from wallet.store.tables import sessions


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Sessions end by signing out, by being idle, and by age."""

    database: Database
    idle: timedelta
    longest: timedelta

    def open(self, token: str, session: KeptSession, *, now: datetime) -> None:
        """Keep a new session, and forget those of everybody that are over."""
        with self.database.begin() as connection:
            connection.execute(
                delete(sessions).where(
                    or_(
                        sessions.c.seen_at < seconds(now - self.idle),
                        sessions.c.created_at < seconds(now - self.longest),
                    )
                )
            )
            connection.execute(
                insert(sessions).values(
                    token_hash=token_hash(token),
                    account_id=session.account_id,
                    sealed_view_key=session.sealed_view_key,
                    created_at=seconds(now),
                    seen_at=seconds(now),
                )
            )

    def use(self, token: str, *, now: datetime) -> KeptSession | None:
        """Return the session and note its use; None when it is closed, idle for too long or too old."""
        with self.database.begin() as connection:
            row = connection.execute(
                update(sessions)
                .where(
                    sessions.c.token_hash == token_hash(token),
                    sessions.c.seen_at >= seconds(now - self.idle),
                    sessions.c.created_at >= seconds(now - self.longest),
                )
                .values(seen_at=seconds(now))
                .returning(sessions.c.account_id, sessions.c.sealed_view_key)
            ).one_or_none()
        return None if row is None else KeptSession(AccountId(row.account_id), row.sealed_view_key)

    def close(self, token: str) -> None:
        """End a session; nothing brings it back."""
        with self.database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))
