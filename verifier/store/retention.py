"""Forget what the purpose no longer needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, select, update

from chassis.database import Database
from chassis.erasing import erase_for_good
from verifier.store.helping import erase_helped
from verifier.store.ledger import append_line
from verifier.store.tables import (
    decision,
    dpa_report,
    idempotency,
    mandate,
    mandate_values,
    outbox,
    presentation,
    presentation_values,
)

REQUEST_KEPT = timedelta(days=1)
NOTICE_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Retention:
    """The door that only erases."""

    database: Database

    def erase_past(self, now: datetime) -> int:
        """Values past their date are gone in one transaction; entries of mandates that were given stay.

        Mandates whose time is over are marked as expired. What the act was about goes before its proof.
        Gone too: keys of requests that ended, and after a day requests nobody answered with their mandates.
        """

        def work(connection: Connection) -> int:
            expired = _expire(erase_for_good(connection), now)
            connection.execute(
                update(mandate_values)
                .where(mandate_values.c.presentations_until <= now)
                .values(sealed_presentations=None, presentations_until=None)
            )
            connection.execute(
                update(presentation)
                .where(presentation.c.expires_at <= now, presentation.c.sealed_reply_key.is_not(None))
                .values(sealed_reply_key=None)
            )
            _erase_requests(connection, now - REQUEST_KEPT)
            connection.execute(delete(outbox).where(outbox.c.delivered_at <= now - NOTICE_KEPT))
            erased = sum(
                connection.execute(delete(table).where(table.c.retain_until <= now)).rowcount
                for table in (mandate_values, decision, idempotency, presentation_values, dpa_report)
            )
            erased += erase_helped(connection, now)
            for mandate_id in expired:  # last: whoever has the head of the ledger waits for nobody
                _write_expired(connection, mandate_id, now)
            return erased

        return self.database.run(work)


def _expire(connection: Connection, now: datetime) -> list[str]:
    """Mark what the clock ended; the mark outlives a clock that is set back."""
    ended = (
        (mandate.c.state == "proposed") & (mandate.c.answer_by <= now),
        (mandate.c.state == "granted") & (mandate.c.expires_at <= now),
    )
    return [
        mandate_id
        for over in ended
        for mandate_id in connection.execute(
            update(mandate)
            .where(mandate.c.expired_at.is_(None), over)
            .values(expired_at=now)
            .returning(mandate.c.id)
        ).scalars()
    ]


def _write_expired(connection: Connection, mandate_id: str, now: datetime) -> None:
    append_line(connection, at=now, actor="clock", event="expired", mandate_id=mandate_id, details={})


def _erase_requests(connection: Connection, before: datetime) -> None:
    """Nobody answered them, or they held no mandate: nothing has to be proven with them."""
    kept: Select[tuple[str]] = select(presentation_values.c.presentation_id)
    connection.execute(
        delete(presentation).where(
            presentation.c.expires_at <= before,
            (presentation.c.status == "requested") | presentation.c.mandate_id.is_(None),
            presentation.c.id.not_in(kept),
        )
    )
    asked: Select[tuple[str | None]] = select(presentation.c.mandate_id).where(
        presentation.c.mandate_id.is_not(None)
    )
    connection.execute(
        delete(mandate).where(
            mandate.c.state == "proposed", mandate.c.answer_by <= before, mandate.c.id.not_in(asked)
        )
    )
