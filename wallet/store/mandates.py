"""Mandates as their grantor keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.card import CardId
from wallet.domain.history import SealedLine
from wallet.domain.mandate import MandateId, MandateState, RegisterEntry, SealedMandate
from wallet.domain.request import RequestId
from wallet.store.history import line_values
from wallet.store.moments import moment, seconds
from wallet.store.tables import history, mandates


def mandate_values(mandate: SealedMandate) -> dict[str, Any]:
    """Return a new mandate as the columns of its row, for the verb that writes it with the answer."""
    return {
        "id": mandate.id,
        "account_id": mandate.account_id,
        "request_id": mandate.request_id,
        "state": mandate.state,
        "sealed": mandate.sealed,
        "sealed_key": mandate.sealed_key,
        "granted_at": seconds(mandate.granted_at),
        "expires_at": seconds(mandate.expires_at),
    }


def _mandate(row: Any) -> SealedMandate:
    return SealedMandate(
        id=MandateId(row.id),
        account_id=AccountId(row.account_id),
        request_id=RequestId(row.request_id),
        state=MandateState(row.state),
        sealed=row.sealed,
        sealed_key=row.sealed_key,
        granted_at=moment(row.granted_at),
        expires_at=moment(row.expires_at),
        used_at=moment(row.used_at),
        checked_at=moment(row.checked_at),
        sealed_decision=row.sealed_decision,
        sealed_receipt_offer=row.sealed_receipt_offer,
        receipt_card_id=row.receipt_card_id and CardId(row.receipt_card_id),
        sealed_use_receipt=row.sealed_use_receipt,
    )


@dataclass(frozen=True, slots=True)
class MandateStore:
    """A mandate that ended here stays ended."""

    database: Database

    def all(self, *, account_id: AccountId) -> tuple[SealedMandate, ...]:
        """List the mandates of an account, newest first, ended ones too."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(mandates)
                .where(mandates.c.account_id == account_id)
                .order_by(mandates.c.granted_at.desc(), mandates.c.id)
            ).all()
        return tuple(_mandate(row) for row in rows)

    def find(self, id: MandateId, *, account_id: AccountId) -> SealedMandate | None:
        """Find a mandate of this account; somebody else's is unknown."""
        with self.database.read() as connection:
            row = connection.execute(
                select(mandates).where(mandates.c.id == id, mandates.c.account_id == account_id)
            ).one_or_none()
        return None if row is None else _mandate(row)

    def note_state(
        self, id: MandateId, entry: RegisterEntry, *, account_id: AccountId, now: datetime
    ) -> None:
        """Take over what the register told, unless the mandate already ended here."""
        values: dict[str, Any] = {"state": entry.state, "checked_at": seconds(now)}
        if entry.used_at is not None:
            values["used_at"] = seconds(entry.used_at)
        with self.database.begin() as connection:
            connection.execute(
                update(mandates)
                .where(mandates.c.id == id, mandates.c.account_id == account_id)
                .where(mandates.c.state.in_([MandateState.GRANTED, MandateState.NOT_CERTAIN]))
                .values(**values)
            )

    def note_decision(self, id: MandateId, sealed_decision: bytes, *, account_id: AccountId) -> None:
        """Keep the decision; the first one stays."""
        with self.database.begin() as connection:
            connection.execute(
                update(mandates)
                .where(mandates.c.id == id, mandates.c.account_id == account_id)
                .where(mandates.c.sealed_decision.is_(None))
                .values(sealed_decision=sealed_decision)
            )

    def note_receipt_offer(self, id: RequestId, sealed: bytes, *, account_id: AccountId) -> None:
        """Keep where the receipt of the mandate that this request asked for is collected."""
        with self.database.begin() as connection:
            connection.execute(
                update(mandates)
                .where(mandates.c.request_id == id, mandates.c.account_id == account_id)
                .values(sealed_receipt_offer=sealed)
            )

    def note_use_receipt(self, id: MandateId, sealed: bytes, *, account_id: AccountId) -> None:
        """Keep the receipt of the use; the first one stays."""
        with self.database.begin() as connection:
            connection.execute(
                update(mandates)
                .where(mandates.c.id == id, mandates.c.account_id == account_id)
                .where(mandates.c.sealed_use_receipt.is_(None))
                .values(sealed_use_receipt=sealed)
            )

    def revoke(self, id: MandateId, line: SealedLine) -> None:
        """Write the withdrawal with its history line; a second one changes nothing."""
        with self.database.begin() as connection:
            moved = connection.execute(
                update(mandates)
                .where(mandates.c.id == id, mandates.c.account_id == line.account_id)
                .where(mandates.c.state.in_([MandateState.GRANTED, MandateState.NOT_CERTAIN]))
                .values(state=MandateState.REVOKED)
            )
            if moved.rowcount == 1:
                connection.execute(insert(history).values(**line_values(line)))
