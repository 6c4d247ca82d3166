"""Receipts of grants: who may collect one, and its place in a status list.

What the status is stands nowhere twice: a receipt is valid as long as the mandate in the same database is
granted, so a use or a withdrawal changes it with the one statement that decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.columns import insert_ignore
from chassis.database import Database
from verifier.domain.mandate import MandateId
from verifier.domain.receipt import FILL_LIMIT, LIST_ENTRIES, Draw, Issuing, KeptReceipt
from verifier.store.tables import ledger_head, mandate, receipt, receipt_list

TRIES = 20


@dataclass(frozen=True, slots=True)
class Receipts:
    """The door to the tables receipt and receipt_list."""

    database: Database

    def find(self, mandate_id: str) -> KeptReceipt | None:
        """What is known of the receipt of this mandate."""
        with self.database.read() as connection:
            row = connection.execute(select(receipt).where(receipt.c.mandate_id == mandate_id)).one_or_none()
        return None if row is None else _kept(row)

    def offer(self, mandate_id: MandateId, code_hash: str, *, until: datetime, now: datetime) -> bool:
        """The newest code is the only one; false if the mandate is not granted, or its receipt arrived."""
        waiting = (receipt.c.mandate_id == mandate_id, receipt.c.kept_at.is_(None))

        def work(connection: Connection) -> bool:
            if not _is_granted(connection, mandate_id, now):
                return False
            insert_ignore(connection, receipt, {"mandate_id": mandate_id})
            return _changed(connection, waiting, {"code_hash": code_hash, "code_until": until})

        return self.database.run(work)

    def redeem(self, code_hash: str, token_hash: str, *, until: datetime, now: datetime) -> bool:
        """One statement: of all callers with a code exactly one gets a token."""
        offered = (receipt.c.code_hash == code_hash, receipt.c.code_until > now, receipt.c.kept_at.is_(None))
        token = {"code_hash": None, "code_until": None, "token_hash": token_hash, "token_until": until}
        return self.database.run(lambda connection: _changed(connection, offered, token))

    def by_token(self, token_hash: str, *, now: datetime) -> MandateId | None:
        """Which mandate's receipt a token is for, while it lasts."""
        with self.database.read() as connection:
            found = connection.execute(
                select(receipt.c.mandate_id).where(
                    receipt.c.token_hash == token_hash, receipt.c.token_until > now
                )
            ).scalar_one_or_none()
        return None if found is None else MandateId(found)

    def intend(self, issuing: Issuing, *, draw: Draw, now: datetime) -> KeptReceipt | None:
        """Write down what is about to be signed; none once the mandate ended or a receipt arrived.

        A receipt that is made again keeps its place; from then on only the newest one counts.
        """
        for attempt in range(TRIES):
            try:
                return self.database.run(lambda connection: _intend(connection, issuing, draw, now))
            except IntegrityError:
                if attempt == TRIES - 1:
                    raise
        return None

    def keep(self, notification_hash: str, token_hash: str, *, now: datetime) -> bool:
        """The wallet has it: no more offers. False for an id that nobody was told; repeating is harmless."""
        told = (receipt.c.notification_hash == notification_hash, receipt.c.token_hash == token_hash)

        def work(connection: Connection) -> bool:
            if _changed(connection, (*told, receipt.c.kept_at.is_(None)), {"kept_at": now}):
                return True
            return connection.execute(select(receipt.c.mandate_id).where(*told)).one_or_none() is not None

        return self.database.run(work)

    def knows(self, notification_hash: str, token_hash: str) -> bool:
        """Whether this id was told to the holder of this token."""
        told = (receipt.c.notification_hash == notification_hash, receipt.c.token_hash == token_hash)
        with self.database.read() as connection:
            return connection.execute(select(receipt.c.mandate_id).where(*told)).one_or_none() is not None

    def list_numbers(self) -> tuple[int, ...]:
        """Every list; none is ever withdrawn."""
        with self.database.read() as connection:
            return tuple(
                connection.execute(select(receipt_list.c.number).order_by(receipt_list.c.number)).scalars()
            )

    def revision(self) -> int:
        """How often anything happened in the register: as long as this stands still, so do the lists."""
        with self.database.read() as connection:
            seq: int = connection.execute(select(ledger_head.c.seq)).scalar_one()
        return seq

    def ended(self, number: int) -> tuple[int, ...]:
        """The places whose mandate was used or withdrawn; read after the revision, so never older than it."""
        statement = (
            select(receipt.c.idx)
            .join(mandate, mandate.c.id == receipt.c.mandate_id)
            .where(receipt.c.list_number == number, mandate.c.state.in_(("used", "revoked")))
        )
        with self.database.read() as connection:
            return tuple(connection.execute(statement).scalars())


def _intend(connection: Connection, issuing: Issuing, draw: Draw, now: datetime) -> KeptReceipt | None:
    row = connection.execute(
        select(receipt)
        .where(
            receipt.c.token_hash == issuing.token_hash,
            receipt.c.token_until > now,
            receipt.c.kept_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is None or not _is_granted(connection, row.mandate_id, now):
        return None
    number, idx = (row.list_number, row.idx) if row.idx is not None else _draw_place(connection, draw)
    values = {
        "list_number": number,
        "idx": idx,
        "holder": issuing.holder,
        "notification_hash": issuing.notification_hash,
        "issued_at": now,
    }
    _changed(connection, (receipt.c.mandate_id == row.mandate_id,), values)
    return KeptReceipt(MandateId(row.mandate_id), number, idx, issuing.holder, now, None)


def _draw_place(connection: Connection, draw: Draw) -> tuple[int, int]:
    """A random free place in the newest list, or in a new one when that is half full (TSL, 13.2)."""
    newest = connection.execute(
        select(receipt_list).order_by(receipt_list.c.number.desc()).limit(1).with_for_update()
    ).one()
    number = newest.number
    if newest.places >= FILL_LIMIT:
        number += 1
        connection.execute(insert(receipt_list).values(number=number, places=0))
    connection.execute(
        update(receipt_list).where(receipt_list.c.number == number).values(places=receipt_list.c.places + 1)
    )
    while True:
        idx = draw(LIST_ENTRIES)
        taken = select(receipt.c.idx).where(receipt.c.list_number == number, receipt.c.idx == idx)
        if connection.execute(taken).one_or_none() is None:
            return number, idx


def _is_granted(connection: Connection, mandate_id: str, now: datetime) -> bool:
    granted = exists().where(
        mandate.c.id == mandate_id,
        mandate.c.state == "granted",
        mandate.c.expires_at > now,
        mandate.c.expired_at.is_(None),
    )
    return bool(connection.execute(select(granted)).scalar_one())


def _changed(
    connection: Connection, where: tuple[ColumnElement[bool], ...], values: Mapping[str, Any]
) -> bool:
    return connection.execute(update(receipt).where(*where).values(**values)).rowcount == 1


def _kept(row: Any) -> KeptReceipt:
    return KeptReceipt(
        MandateId(row.mandate_id), row.list_number, row.idx, row.holder, row.issued_at, row.kept_at
    )
