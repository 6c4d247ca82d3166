"""What the last look at a card's status said; it goes with the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.card import CardId, CopyId, SealedCopy
from wallet.store.moments import seconds
from wallet.store.tables import card_checks, copies


@dataclass(frozen=True, slots=True)
class CardCheckStore:
    """One row a card; the newest look wins."""

    database: Database

    def all(self, *, account_id: AccountId) -> dict[CardId, bytes]:
        """Return what is remembered of the cards of an account."""
        with self.database.read() as connection:
            rows = connection.execute(select(card_checks).where(card_checks.c.account_id == account_id))
            return {CardId(row.card_id): bytes(row.sealed) for row in rows}

    def keep(self, id: CardId, sealed: bytes, *, account_id: AccountId, now: datetime) -> None:
        """Remember a look, unless a newer one is there or the card is gone."""
        values = {"card_id": id, "account_id": account_id, "sealed": sealed, "checked_at": seconds(now)}
        own = (card_checks.c.card_id == id) & (card_checks.c.account_id == account_id)
        with self.database.begin() as connection:
            if connection.execute(select(copies.c.id).where(copies.c.card_id == id).limit(1)).first() is None:
                return
            if not insert_ignore(connection, card_checks, values):
                newest = card_checks.c.checked_at <= seconds(now)
                connection.execute(update(card_checks).where(own, newest).values(**values))

    def fresh_copies(self, ids: Sequence[CardId], *, account_id: AccountId) -> tuple[SealedCopy, ...]:
        """Return every copy of these cards that nobody saw yet."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(copies)
                .where(copies.c.card_id.in_(ids), copies.c.account_id == account_id)
                .where(copies.c.used_at.is_(None))
            ).all()
        return tuple(
            SealedCopy(
                id=CopyId(row.id),
                card_id=CardId(row.card_id),
                account_id=AccountId(row.account_id),
                sealed_sd_jwt=row.sealed_sd_jwt,
                sealed_key=row.sealed_key,
            )
            for row in rows
        )
