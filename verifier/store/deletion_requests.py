"""Requests for erasure: each way in, on and out is one transaction with its line in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from chassis.erasing import erase_for_good
from consent.ledger import LedgerEntry
from openid4vc.jose import strict_json
from verifier.domain.erasure import (
    COPIES,
    DECISION,
    EVIDENCE,
    PRESENTATIONS,
    Answering,
    DeletionEntry,
    ErasurePlan,
    Held,
)
from verifier.store.ledger import append_line, fingerprint
from verifier.store.outbox import put
from verifier.store.sealing import Seal
from verifier.store.tables import (
    decision,
    deletion_request,
    idempotency,
    mandate_values,
    presentation,
    presentation_values,
)

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DeletionRequests:
    """The door to the table deletion_request, and to the values that an answer erases."""

    database: Database
    seal: Seal
    tell: tuple[str, ...] = ()

    def receive(self, entry: DeletionEntry) -> bool:
        """Keep a request with its line in the ledger; false when one about this mandate is open."""
        row = {
            "id": entry.id,
            "mandate_id": entry.mandate_id,
            "open_for": entry.mandate_id,
            "request": entry.request.decode(),
            "received_at": entry.received_at,
        }
        line: LedgerEntry = {
            "at": entry.received_at,
            "actor": "grantor",
            "event": "deletion_requested",
            "mandate_id": entry.mandate_id,
            "details": {"request": entry.id, "request_sha256": fingerprint(entry.request)},
        }

        def work(connection: Connection) -> None:
            connection.execute(insert(deletion_request).values(row))
            put(connection, self.tell, append_line(connection, **line), key=entry.id)

        try:
            self.database.run(work)
        except IntegrityError:
            return False
        return True

    def find(self, request_id: str) -> DeletionEntry | None:
        """One request, open or answered."""
        with self.database.read() as connection:
            row = connection.execute(
                select(deletion_request).where(deletion_request.c.id == request_id)
            ).one_or_none()
        return None if row is None else _entry(row)

    def newest(self, *, limit: int = MOST_SHOWN) -> tuple[DeletionEntry, ...]:
        """The inbox: what waits longest first, and what was answered below it, newest first."""
        with self.database.read() as connection:
            waiting = connection.execute(
                select(deletion_request)
                .where(deletion_request.c.open_for.is_not(None))
                .order_by(deletion_request.c.received_at, deletion_request.c.id)
                .limit(limit)
            ).all()
            answered = connection.execute(
                select(deletion_request)
                .where(deletion_request.c.open_for.is_(None))
                .order_by(deletion_request.c.decided_at.desc(), deletion_request.c.id)
                .limit(limit)
            ).all()
        return tuple(map(_entry, (*waiting, *answered)))

    def extend(self, request_id: str, *, because: str, at: datetime) -> bool:
        """Two more months, once and only while it is open; false otherwise."""

        def work(connection: Connection) -> bool:
            mandate_id = connection.execute(
                update(deletion_request)
                .where(
                    deletion_request.c.id == request_id,
                    deletion_request.c.open_for.is_not(None),
                    deletion_request.c.extended_at.is_(None),
                )
                .values(extended_at=at, extended_because=because)
                .returning(deletion_request.c.mandate_id)
            ).scalar_one_or_none()
            if mandate_id is None:
                return False
            line = append_line(
                connection,
                at=at,
                actor="case_worker",
                event="deletion_extended",
                mandate_id=mandate_id,
                details={"request": request_id, "reason": because},
            )
            put(connection, self.tell, line, key=request_id)
            return True

        return self.database.run(work)

    def held(self, mandate_id: str) -> Held:
        """What lies here about a mandate now."""
        with self.database.read() as connection:
            return self._held(connection, mandate_id)

    def answer(self, answering: Answering) -> str | None:
        """Erase, write the line, sign the certificate that names it, close: all of it or nothing.

        None when the request was answered before or is unknown.
        """
        return self.database.run(lambda connection: self._answer(erase_for_good(connection), answering))

    def _answer(self, connection: Connection, answering: Answering) -> str | None:
        closed = connection.execute(
            update(deletion_request)
            .where(deletion_request.c.id == answering.request_id, deletion_request.c.open_for.is_not(None))
            .values(open_for=None, decided_at=answering.at, decision="", certificate="")
        )
        if closed.rowcount != 1:
            return None
        plan = answering.plan(self._held(connection, answering.mandate_id))
        _erase(connection, answering.mandate_id, plan.groups)
        line = append_line(connection, **_answered_line(answering, plan))
        certificate = answering.sign(plan, line)
        put(connection, self.tell, line, key=answering.request_id)
        connection.execute(
            update(deletion_request)
            .where(deletion_request.c.id == answering.request_id)
            .values(decision=plan.decision, certificate=certificate)
        )
        return certificate

    def _held(self, connection: Connection, mandate_id: str) -> Held:
        values = connection.execute(
            select(mandate_values).where(mandate_values.c.mandate_id == mandate_id)
        ).one_or_none()
        sealed = None if values is None else values.sealed_presentations
        opened = (
            None
            if sealed is None
            else strict_json.loads_object(self.seal.open(sealed, place=f"presentations/{mandate_id}"))
        )
        return Held(
            presentations=opened,
            evidence_until=None if values is None else values.retain_until,
            decision_until=connection.execute(
                select(decision.c.retain_until).where(decision.c.mandate_id == mandate_id)
            ).scalar_one_or_none(),
            copies=connection.execute(
                select(func.count()).select_from(idempotency).where(idempotency.c.mandate_id == mandate_id)
            ).scalar_one(),
        )


def _erase(connection: Connection, mandate_id: str, groups: frozenset[str]) -> None:
    """Rows and cells really go; the register entry, its ledger and its receipts hold no values and stay."""
    if PRESENTATIONS in groups:
        connection.execute(
            update(mandate_values)
            .where(mandate_values.c.mandate_id == mandate_id)
            .values(sealed_presentations=None, presentations_until=None)
        )
        of_mandate = select(presentation.c.id).where(presentation.c.mandate_id == mandate_id)
        connection.execute(
            delete(presentation_values).where(presentation_values.c.presentation_id.in_(of_mandate))
        )
    for group, table in ((EVIDENCE, mandate_values), (DECISION, decision), (COPIES, idempotency)):
        if group in groups:
            connection.execute(delete(table).where(table.c.mandate_id == mandate_id))


def _answered_line(answering: Answering, plan: ErasurePlan) -> LedgerEntry:
    """What went and what stayed, by name."""
    details = {
        "request": answering.request_id,
        "decision": plan.decision,
        "ground": answering.ground or "",
        "erased": ",".join(item.what for item in plan.erased),
        "kept": ",".join(item.what for item in plan.kept),
    }
    return {
        "at": answering.at,
        "actor": "case_worker",
        "event": "deletion_answered",
        "mandate_id": answering.mandate_id,
        "details": {name: text for name, text in details.items() if text},
    }


def _entry(row: Any) -> DeletionEntry:
    return DeletionEntry(
        id=row.id,
        mandate_id=row.mandate_id,
        request=row.request.encode(),
        received_at=row.received_at,
        extended_at=row.extended_at,
        extended_because=row.extended_because,
        decided_at=row.decided_at,
        decision=row.decision,
        certificate=row.certificate,
    )
