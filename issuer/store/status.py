"""Status lists: which exist, what is revoked in them, and the token that was last signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from issuer.domain.status import KeptList
from issuer.store.tables import new_list, status_entries, status_lists


@dataclass(frozen=True, slots=True)
class StatusTable:
    """Verbs on status lists; each is one transaction."""

    database: Database

    def open(self, organisation: str, numbers: Sequence[int]) -> None:
        """Publish empty lists; one that exists stays as it is."""
        with self.database.begin() as connection:
            for number in numbers:
                insert_ignore(connection, status_lists, new_list(organisation, number))

    def numbers(self, organisation: str) -> tuple[int, ...]:
        """Every list that ever held a credential; none is withdrawn."""
        statement = (
            select(status_lists.c.number)
            .where(status_lists.c.organisation == organisation)
            .order_by(status_lists.c.number)
        )
        with self.database.read() as connection:
            return tuple(connection.execute(statement).scalars())

    def kept(self, organisation: str, number: int) -> KeptList | None:
        """None when there is no such list."""
        statement = select(status_lists).where(
            status_lists.c.organisation == organisation, status_lists.c.number == number
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        return KeptList(row.number, row.revision, row.token, row.token_revision, row.token_signed_at)

    def revoked(self, organisation: str, number: int, *, since: int) -> tuple[int, ...]:
        """What was revoked after that revision, -1 for all of it.

        Read after the revision itself: what is newer than that then makes the token stale, not wrong.
        """
        statement = select(status_entries.c.idx).where(
            status_entries.c.organisation == organisation,
            status_entries.c.number == number,
            status_entries.c.revoked_revision > since,
        )
        with self.database.read() as connection:
            return tuple(connection.execute(statement).scalars())

    def keep_token(self, organisation: str, kept: KeptList, *, token: str, signed_at: datetime) -> None:
        """A token of an older revision never replaces one of a newer."""
        statement = (
            update(status_lists)
            .where(
                status_lists.c.organisation == organisation,
                status_lists.c.number == kept.number,
                or_(status_lists.c.token_revision.is_(None), status_lists.c.token_revision <= kept.revision),
            )
            .values(token=token, token_revision=kept.revision, token_signed_at=signed_at)
        )
        self.database.run(lambda connection: connection.execute(statement).rowcount)

    def revoke(self, organisation: str, number: int, idx: int, *, now: datetime) -> bool:
        """Once and for ever: the entry and the revision change together; False when nobody has this place."""
        place = (
            status_entries.c.organisation == organisation,
            status_entries.c.number == number,
            status_entries.c.idx == idx,
        )
        open_one = select(status_entries.c.revoked_at).where(*place)
        this = (status_lists.c.organisation == organisation, status_lists.c.number == number)
        raise_revision = (
            update(status_lists)
            .where(*this)
            .values(revision=status_lists.c.revision + 1)
            .returning(status_lists.c.revision)
        )

        def work(connection: Connection) -> bool:
            locked = select(status_lists.c.number).where(*this).with_for_update()
            connection.execute(locked)
            found = connection.execute(open_one).one_or_none()
            if found is None or found.revoked_at is not None:
                return found is not None
            revision = connection.execute(raise_revision).scalar_one()
            revoking = update(status_entries).where(*place)
            connection.execute(revoking.values(revoked_at=now, revoked_revision=revision))
            return True

        return self.database.run(work)
