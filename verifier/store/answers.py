"""Answers of wallets: the first good one closes its request, with everything that follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from consent.ledger import LedgerEntry
from verifier.domain.mandate import Declined, Granted, MandateId
from verifier.domain.presentation import RELEASE_WITHIN, Answered, PresentationId
from verifier.domain.records import GrantValues, ResultValues
from verifier.store.closing import (
    CLOSE,
    KEEP,
    close_and_keep,
    close_then_keep,
    closing_row,
    kept_row,
)
from verifier.store.ledger import append_line, fingerprint
from verifier.store.outbox import put
from verifier.store.sealing import Seal
from verifier.store.tables import mandate, mandate_values, presentation


@dataclass(frozen=True, slots=True)
class Answers:
    """The door to the tables presentation, mandate and their values for the way of answering."""

    database: Database
    seal: Seal
    tell: tuple[str, ...] = ()

    def grant(self, answered: Answered, granted: Granted, values: GrantValues, result: ResultValues) -> bool:
        """Close the request and grant the mandate together; false, and nothing done, if one is late."""

        def work(connection: Connection) -> None:
            self._close(connection, answered)
            _require_one(connection.execute(_grant(granted, values)).rowcount)
            connection.execute(insert(mandate_values).values(**self._sealed(granted.id, values)))
            self._keep(connection, answered, result)
            put(connection, self.tell, append_line(connection, **_granted_line(granted, values)))

        return self._done(work)

    def decline(
        self, answered: Answered, declined: Declined | None, *, reason: str, told: ResultValues | None = None
    ) -> bool:
        """Close the request and decline its mandate, if any; false, and nothing done, if answered."""

        def work(connection: Connection) -> None:
            self._close(connection, answered)
            if told is not None:
                self._keep(connection, answered, told)
            if declined is not None:
                _require_one(connection.execute(_decline(declined, reason)).rowcount)
                append_line(
                    connection,
                    at=declined.declined_at,
                    actor="grantor",
                    event="declined",
                    mandate_id=declined.id,
                    details={"reason": reason},
                )

        return self._done(work)

    def submit(self, answered: Answered, values: ResultValues) -> bool:
        """Close a request without a mandate and keep its result; false, and nothing done, if it is late."""
        closing, kept = closing_row(answered, self.seal), kept_row(answered, values, self.seal)
        try:
            if self.database.dialect == "postgresql":
                return self.database.run_one(lambda one: close_and_keep(one, closing, kept))
            return self.database.run(lambda both: close_then_keep(both, closing, kept))
        except IntegrityError:
            return False

    def _done(self, work: Callable[[Connection], None]) -> bool:
        """False where a condition or a unique key says that somebody came first."""
        try:
            self.database.run(work)
        except (_NotOne, IntegrityError):
            return False
        return True

    def repeated(self, digest: str, *, now: datetime) -> Answered | None:
        """What these very bytes did before, as long as nobody claimed it; nothing happens again."""
        with self.database.read() as connection:
            row = connection.execute(
                select(presentation).where(
                    presentation.c.answer_hash == digest,
                    presentation.c.status == "answered",
                    presentation.c.answered_at > now - RELEASE_WITHIN,
                )
            ).one_or_none()
        if row is None or row.sealed_code is None:
            return None
        code = self.seal.open(row.sealed_code, place=f"code/{row.id}").decode()
        mandate_id = None if row.mandate_id is None else MandateId(row.mandate_id)
        request_id = PresentationId(row.id)
        return Answered(
            request_id, mandate_id, row.answered_at, code, row.outcome, row.answer_hash, row.same_device
        )

    def _close(self, connection: Connection, answered: Answered) -> None:
        _require_one(CLOSE.changed(connection, **closing_row(answered, self.seal)))

    def _keep(self, connection: Connection, answered: Answered, values: ResultValues) -> None:
        KEEP.changed(connection, **kept_row(answered, values, self.seal))

    def _sealed(self, mandate_id: MandateId, values: GrantValues) -> Mapping[str, Any]:
        return {
            "mandate_id": mandate_id,
            "sealed_evidence": self.seal.close(values.evidence, place=f"evidence/{mandate_id}"),
            "sealed_presentations": self.seal.close(
                values.presentations, place=f"presentations/{mandate_id}"
            ),
            "retain_until": values.retain_until,
            "presentations_until": values.presentations_until or values.retain_until,
        }


def _grant(granted: Granted, values: GrantValues) -> Update:
    """Only the text that was proposed is granted, once and in time."""
    return (
        update(mandate)
        .where(
            mandate.c.id == granted.id,
            mandate.c.state == "proposed",
            mandate.c.transaction_data == values.transaction_data,
            mandate.c.expires_at > granted.granted_at,
            mandate.c.expired_at.is_(None),
        )
        .values(
            state="granted",
            granted_at=granted.granted_at,
            grantor_jwk=values.grantor_jwk,
            key_binding_jti=values.key_binding_jti,
        )
    )


def _decline(declined: Declined, reason: str) -> Update:
    return (
        update(mandate)
        .where(mandate.c.id == declined.id, mandate.c.state == "proposed", mandate.c.expired_at.is_(None))
        .values(state="declined", declined_at=declined.declined_at, ended_reason=reason)
    )


def _granted_line(granted: Granted, values: GrantValues) -> LedgerEntry:
    """Which text was granted and what proves it, as hashes."""
    return {
        "at": granted.granted_at,
        "actor": "grantor",
        "event": "granted",
        "mandate_id": granted.id,
        "details": {
            "text_sha256": fingerprint(values.transaction_data.encode()),
            "evidence_sha256": fingerprint(values.evidence),
        },
    }


class _NotOne(Exception):
    """A conditional statement met a row in another state; the transaction is rolled back."""


def _require_one(rowcount: int) -> None:
    if rowcount != 1:
        raise _NotOne
