"""Cards and their single-use copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, select, update

from chassis.database import Database
from wallet.domain.access import AccessId
from wallet.domain.account import AccountId
from wallet.domain.card import CardId, CopyId, Renewal, SealedCard, SealedCopy
from wallet.domain.deferred import Fulfilment
from wallet.domain.history import SealedLine
from wallet.domain.offer import Harvest, OfferState
from wallet.store.accesses import access_values, forget_unused
from wallet.store.deferred import deferred_values
from wallet.store.history import line_values
from wallet.store.moments import moment, seconds
from wallet.store.tables import accesses, card_checks, cards, copies, deferred, history, mandates, offers


def _held() -> Select[tuple[object, ...]]:
    left = func.sum(case((copies.c.id.is_not(None) & copies.c.used_at.is_(None), 1), else_=0))
    return (
        select(*cards.c, left.label("copies_left"))
        .outerjoin(copies, copies.c.card_id == cards.c.id)
        .group_by(*cards.c)
        .order_by(cards.c.number)
    )


def _card_values(card: SealedCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "account_id": card.account_id,
        "sealed": card.sealed,
        "created_at": seconds(card.created_at),
        "access_id": card.access_id,
    }


def _copy_values(copy: SealedCopy) -> dict[str, Any]:
    return {
        "id": copy.id,
        "card_id": copy.card_id,
        "account_id": copy.account_id,
        "sealed_sd_jwt": copy.sealed_sd_jwt,
        "sealed_key": copy.sealed_key,
    }


def _copy(row: Any) -> SealedCopy:
    return SealedCopy(
        id=CopyId(row.id),
        card_id=CardId(row.card_id),
        account_id=AccountId(row.account_id),
        sealed_sd_jwt=row.sealed_sd_jwt,
        sealed_key=row.sealed_key,
    )


def _add(
    connection: Connection,
    new: Sequence[SealedCard],
    their_copies: Sequence[SealedCopy],
    line: SealedLine | None,
) -> None:
    """Cards with copies and the line about them; nothing where everything is still to come."""
    if new:
        connection.execute(insert(cards), [_card_values(card) for card in new])
        connection.execute(insert(copies), [_copy_values(copy) for copy in their_copies])
    if line is not None:
        connection.execute(insert(history).values(**line_values(line)))


def _link_receipt(connection: Connection, harvest: Harvest) -> None:
    """A mandate knows the card that is its receipt; both are there or neither."""
    if harvest.receipt_of is not None:
        connection.execute(
            update(mandates)
            .where(mandates.c.id == harvest.receipt_of, mandates.c.account_id == harvest.account_id)
            .values(receipt_card_id=harvest.cards[0].id)
        )


@dataclass(frozen=True, slots=True)
class CardStore:
    """A card is there with all its copies and keys, or not at all."""

    database: Database

    def keep(self, harvest: Harvest) -> bool:
        """Keep all of it in one transaction; False when another tab was first."""
        with self.database.begin() as connection:
            done = connection.execute(
                update(offers)
                .where(offers.c.id == harvest.offer_id, offers.c.account_id == harvest.account_id)
                .where(offers.c.state == OfferState.COLLECTING)
                .values(state=OfferState.COLLECTED, sealed_result=harvest.sealed_result)
            )
            if done.rowcount != 1:
                return False
            _link_receipt(connection, harvest)
            _add(connection, harvest.cards, harvest.copies, harvest.line)
            if harvest.access is not None:
                connection.execute(insert(accesses).values(**access_values(harvest.access)))
            if harvest.deferred:
                connection.execute(insert(deferred), [deferred_values(one) for one in harvest.deferred])
        return True

    def fulfil(self, fulfilment: Fulfilment) -> bool:
        """Put a card in the place of its promise, in one transaction; False when another tab was first."""
        with self.database.begin() as connection:
            promised = connection.execute(
                delete(deferred)
                .where(deferred.c.id == fulfilment.deferred_id)
                .where(deferred.c.account_id == fulfilment.account_id)
            )
            if promised.rowcount != 1:
                return False
            _add(connection, (fulfilment.card,), fulfilment.copies, fulfilment.line)
            forget_unused(connection, fulfilment.account_id)
        return True

    def renew(self, renewal: Renewal) -> bool:
        """Replace what a card says and the copies nobody saw, in one transaction; False if it is gone."""
        card = renewal.card
        with self.database.begin() as connection:
            changed = connection.execute(
                update(cards)
                .where(cards.c.id == card.id, cards.c.account_id == card.account_id)
                .values(sealed=card.sealed)
            )
            if changed.rowcount != 1:
                return False
            connection.execute(delete(copies).where(copies.c.card_id == card.id, copies.c.used_at.is_(None)))
            connection.execute(delete(card_checks).where(card_checks.c.card_id == card.id))
            connection.execute(insert(copies), [_copy_values(copy) for copy in renewal.copies])
            connection.execute(insert(history).values(**line_values(renewal.line)))
        return True

    def held(self, *, account_id: AccountId) -> tuple[SealedCard, ...]:
        """List the cards of an account, oldest first, with the number of fresh copies."""
        with self.database.read() as connection:
            rows = connection.execute(_held().where(cards.c.account_id == account_id)).all()
        return tuple(
            SealedCard(
                id=CardId(row.id),
                account_id=AccountId(row.account_id),
                sealed=row.sealed,
                created_at=moment(row.created_at),
                copies_left=int(row.copies_left),
                access_id=row.access_id and AccessId(row.access_id),
            )
            for row in rows
        )

    def fresh_copies(self, ids: Sequence[CardId], *, account_id: AccountId) -> dict[CardId, SealedCopy]:
        """Return one copy of each card that was never shown; begin_sending() decides who gets it."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(copies)
                .where(copies.c.card_id.in_(ids), copies.c.account_id == account_id)
                .where(copies.c.used_at.is_(None))
                .order_by(copies.c.id.desc())
            ).all()
        return {CardId(row.card_id): _copy(row) for row in rows}

    def any_copy(self, id: CardId, *, account_id: AccountId) -> SealedCopy | None:
        """Return a copy of this card, shown before or not: its issuer may see it as often as needed."""
        with self.database.read() as connection:
            row = connection.execute(
                select(copies)
                .where(copies.c.card_id == id, copies.c.account_id == account_id)
                .order_by(copies.c.id)
                .limit(1)
            ).one_or_none()
        return None if row is None else _copy(row)

    def remove(self, id: CardId, line: SealedLine) -> bool:
        """Delete a card with all copies and keys, and add a line; the history of it stays."""
        with self.database.begin() as connection:
            connection.execute(
                delete(copies).where(copies.c.card_id == id, copies.c.account_id == line.account_id)
            )
            gone = connection.execute(
                delete(cards).where(cards.c.id == id, cards.c.account_id == line.account_id)
            )
            if gone.rowcount != 1:
                return False
            connection.execute(insert(history).values(**line_values(line)))
            forget_unused(connection, line.account_id)
        return True
