"""Which edition of a list of trust was seen last, also after a restart."""

from dataclasses import dataclass

from sqlalchemy import select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.store.tables import trust_list


@dataclass(frozen=True, slots=True)
class TrustListMemory:
    """The number of a list only ever rises (T-22)."""

    database: Database

    def last_sequence(self, url: str) -> int | None:
        """Return the highest number seen at this address; none before the first."""
        with self.database.read() as connection:
            return connection.execute(
                select(trust_list.c.sequence).where(trust_list.c.url == url)
            ).scalar_one_or_none()

    def remember(self, url: str, sequence: int) -> None:
        """Keep the number unless a higher one stands there, whoever else writes at the same time."""
        with self.database.begin() as connection:
            if insert_ignore(connection, trust_list, {"url": url, "sequence": sequence}):
                return
            connection.execute(
                update(trust_list)
                .where(trust_list.c.url == url, trust_list.c.sequence < sequence)
                .values(sequence=sequence)
            )
