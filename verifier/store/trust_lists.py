"""Which edition of a trust list was seen last, also after a restart."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from verifier.store.tables import trust_list


@dataclass(frozen=True, slots=True)
class TrustListMemory:
    """The door to the table trust_list."""

    database: Database

    def last_sequence(self, url: str) -> int | None:
        """The highest number seen at this address; none before the first."""
        with self.database.read() as connection:
            return connection.execute(
                select(trust_list.c.sequence).where(trust_list.c.url == url)
            ).scalar_one_or_none()

    def remember(self, url: str, sequence: int) -> None:
        """The number only ever rises, whoever else writes at the same time (T-22)."""
        first = insert(trust_list).values(url=url, sequence=sequence)
        later = (
            update(trust_list)
            .where(trust_list.c.url == url, trust_list.c.sequence < sequence)
            .values(sequence=sequence)
        )
        try:
            self.database.run(lambda connection: connection.execute(first))
        except IntegrityError:
            self.database.run(lambda connection: connection.execute(later))
