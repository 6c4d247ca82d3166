"""Open sessions, known by the hash of their token only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from chassis.database import Database
from chassis.tokens import token_hash
from wallet.domain.account import AccountId, KeptSession
from wallet.store.moments import seconds
from wallet.store.tables import sessions

_NOTED_EVERY = timedelta(seconds=30)


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
                        self._rests_until() < seconds(now),
                        sessions.c.created_at < seconds(now - self.longest),
                    )
                )
            )
            connection.execute(
                insert(sessions).values(
                    token_hash=token_hash(token),
                    account_id=session.account_id,
                    sealed_view_key=session.sealed_view_key,
                    idle_seconds=session.idle_seconds,
                    created_at=seconds(now),
                    seen_at=seconds(now),
                )
            )

    def use(self, token: str, *, now: datetime) -> KeptSession | None:
        """Return the session; None when it is closed, idle for too long or too old.

        Its use is written down at most twice a minute, so that reading a page is not a write; a session
        that was closed meanwhile is not brought back by that.
        """
        own = sessions.c.token_hash == token_hash(token)
        with self.database.read() as connection:
            row = connection.execute(
                select(sessions).where(
                    own,
                    self._rests_until() >= seconds(now),
                    sessions.c.created_at >= seconds(now - self.longest),
                )
            ).one_or_none()
        if row is None:
            return None
        if row.seen_at < seconds(now - _NOTED_EVERY):
            with self.database.begin() as connection:
                noted = connection.execute(update(sessions).where(own).values(seen_at=seconds(now)))
            if noted.rowcount != 1:
                return None
        return KeptSession(AccountId(row.account_id), row.sealed_view_key, row.idle_seconds)

    def seconds_left(self, token: str, *, now: datetime) -> int:
        """Return how long the session still lives without a click; asking does not extend it."""
        with self.database.read() as connection:
            row = connection.execute(
                select(self._rests_until().label("until"), sessions.c.created_at).where(
                    sessions.c.token_hash == token_hash(token)
                )
            ).one_or_none()
        if row is None:
            return 0
        ends: int = min(int(row.until), int(row.created_at) + int(self.longest.total_seconds()))
        return max(0, ends - seconds(now))

    def _rests_until(self) -> ColumnElement[int]:
        """The last second at which a session is still open when nobody clicks."""
        return sessions.c.seen_at + func.coalesce(sessions.c.idle_seconds, int(self.idle.total_seconds()))

    def close(self, token: str) -> None:
        """End a session; nothing brings it back."""
        with self.database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))
