"""The mandate register: withdrawal, use and decision meet in one database, so one statement decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from consent.ledger import LedgerEntry
from openid4vc.jose import strict_json
from verifier.domain.decision import Decision
from verifier.domain.mandate import (
    Declined,
    Expired,
    Granted,
    MandateId,
    MandateState,
    Proposed,
    Revoked,
    Used,
)
from verifier.domain.records import KeptValues, RegisterEntry, Spending, StoredAnswer
from verifier.store.ledger import append_line, fingerprint
from verifier.store.outbox import put
from verifier.store.sealing import Seal
from verifier.store.tables import decision, idempotency, mandate, mandate_values, use_receipt

KEPT_FOR_RETRIES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Register:
    """The door to the tables mandate, mandate_values, decision and idempotency."""

    database: Database
    seal: Seal
    tell: tuple[str, ...] = ()

    def find(self, mandate_id: str) -> RegisterEntry | None:
        """One consistent look at the entry; expiry is not applied here."""
        with self.database.read() as connection:
            row = connection.execute(select(mandate).where(mandate.c.id == mandate_id)).one_or_none()
        if row is None:
            return None
        return RegisterEntry(
            mandate=_state(row),
            service=row.service,
            transaction_data=row.transaction_data,
            grantor_jwk=row.grantor_jwk,
            kind=row.kind,
            confirmed_at=row.confirmed_at,
            ended_reason=row.ended_reason,
            proposed_at=row.proposed_at,
        )

    def values(self, mandate_id: MandateId) -> KeptValues | None:
        """What the citizen shared; none before the grant and after the retention time."""
        with self.database.read() as connection:
            row = connection.execute(
                select(mandate_values).where(mandate_values.c.mandate_id == mandate_id)
            ).one_or_none()
        if row is None:
            return None
        sealed, place = row.sealed_presentations, f"presentations/{mandate_id}"
        return KeptValues(
            self.seal.open(row.sealed_evidence, place=f"evidence/{mandate_id}"),
            None if sealed is None else self.seal.open(sealed, place=place),
        )

    def export_evidence(self, mandate_id: MandateId, *, by: str, now: datetime) -> bytes | None:
        """What proves the grant, with a line in the ledger that it left the register, or neither."""

        def work(connection: Connection) -> bytes | None:
            sealed = connection.execute(
                select(mandate_values.c.sealed_evidence).where(mandate_values.c.mandate_id == mandate_id)
            ).scalar_one_or_none()
            if sealed is None:
                return None
            evidence = self.seal.open(sealed, place=f"evidence/{mandate_id}")
            append_line(
                connection,
                at=now,
                actor=by,
                event="evidence_exported",
                mandate_id=mandate_id,
                details={"evidence_sha256": fingerprint(evidence)},
            )
            return evidence

        return self.database.run(work)

    def hand_out_decision(self, mandate_id: MandateId, *, to: str, now: datetime) -> Decision | None:
        """The decision with a line in the ledger that it was handed out, or neither."""

        def work(connection: Connection) -> Decision | None:
            found = self._decision(connection, mandate_id)
            if found is not None:
                append_line(
                    connection,
                    at=now,
                    actor=to,
                    event="decision_handed_out",
                    mandate_id=mandate_id,
                    details={},
                )
            return found

        return self.database.run(work)

    def _decision(self, connection: Connection, mandate_id: MandateId) -> Decision | None:
        row = connection.execute(select(decision).where(decision.c.mandate_id == mandate_id)).one_or_none()
        if row is None:
            return None
        outcome = strict_json.loads(self.seal.open(row.sealed_outcome, place=f"decision/{mandate_id}"))
        return Decision(mandate_id, row.decided_at, outcome)

    def receipt_of(self, mandate_id: MandateId) -> str | None:
        """The signed receipt of the use; it holds no values, so it stays."""
        with self.database.read() as connection:
            return connection.execute(
                select(use_receipt.c.receipt).where(use_receipt.c.mandate_id == mandate_id)
            ).scalar_one_or_none()

    def stored_answer(self, key_hash: str) -> StoredAnswer | None:
        """What was answered under this key before."""
        with self.database.read() as connection:
            return self._stored_answer(connection, key_hash)

    def revoke(self, revoked: Revoked) -> bool:
        """Granted becomes revoked exactly once; false when a use or another end came first."""

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(mandate)
                .where(
                    mandate.c.id == revoked.id,
                    mandate.c.state == "granted",
                    mandate.c.expires_at > revoked.revoked_at,
                    mandate.c.expired_at.is_(None),
                )
                .values(state="revoked", revoked_at=revoked.revoked_at, ended_reason=revoked.reason)
            )
            if changed.rowcount != 1:
                return False
            line = append_line(
                connection,
                at=revoked.revoked_at,
                actor="grantor",
                event="revoked",
                mandate_id=revoked.id,
                details={"reason": revoked.reason},
            )
            put(connection, self.tell, line)
            return True

        return self.database.run(work)

    def spend(self, spending: Spending) -> StoredAnswer | None:
        """Granted becomes used, with decision and answer, in one transaction; none when it was not granted.

        The caller gets the stored answer: its own, or the one an equal key got before.
        """

        def work(connection: Connection) -> StoredAnswer | None:
            if not self._use(connection, spending):
                return self._stored_answer(connection, spending.key_hash)
            self._keep(connection, spending)
            line = append_line(connection, **_used_line(spending))
            put(connection, self.tell, line)
            if spending.receipt is not None:
                row = {"mandate_id": spending.used.id, "receipt": spending.receipt(line)}
                connection.execute(insert(use_receipt).values(row))
            return spending.answer

        try:
            return self.database.run(work)
        except IntegrityError:
            return self.stored_answer(spending.key_hash)

    def _use(self, connection: Connection, spending: Spending) -> bool:
        changed = connection.execute(
            update(mandate)
            .where(
                mandate.c.id == spending.used.id,
                mandate.c.state == "granted",
                mandate.c.released_at.is_not(None),
                mandate.c.expires_at > spending.used.used_at,
                mandate.c.transaction_data == spending.transaction_data,
                mandate.c.expired_at.is_(None),
            )
            .values(state="used", used_at=spending.used.used_at)
        )
        if changed.rowcount != 1:
            return False
        connection.execute(
            update(mandate_values)
            .where(
                mandate_values.c.mandate_id == spending.used.id,
                mandate_values.c.presentations_until > spending.used.used_at + KEPT_FOR_RETRIES,
            )
            .values(presentations_until=spending.used.used_at + KEPT_FOR_RETRIES)
        )
        return True

    def _keep(self, connection: Connection, spending: Spending) -> None:
        mandate_id = spending.used.id
        outcome = strict_json.dumps(spending.decision.outcome)
        connection.execute(
            insert(decision).values(
                mandate_id=mandate_id,
                decided_at=spending.decision.decided_at,
                sealed_outcome=self.seal.close(outcome, place=f"decision/{mandate_id}"),
                retain_until=spending.retain_until,
            )
        )
        connection.execute(
            insert(idempotency).values(
                key_hash=spending.key_hash,
                mandate_id=mandate_id,
                body_hash=spending.answer.body_hash,
                status=spending.answer.status,
                sealed_answer=self.seal.close(spending.answer.answer, place=f"answer/{spending.key_hash}"),
                retain_until=spending.retain_until,
            )
        )

    def _stored_answer(self, connection: Connection, key_hash: str) -> StoredAnswer | None:
        row = connection.execute(select(idempotency).where(idempotency.c.key_hash == key_hash)).one_or_none()
        if row is None:
            return None
        return StoredAnswer(
            row.body_hash, row.status, self.seal.open(row.sealed_answer, place=f"answer/{key_hash}")
        )


def _used_line(spending: Spending) -> LedgerEntry:
    return {
        "at": spending.used.used_at,
        "actor": "authority",
        "event": "used",
        "mandate_id": spending.used.id,
        "details": {"decision_sha256": fingerprint(strict_json.dumps(spending.decision.outcome))},
    }


def _state(row: Any) -> MandateState:
    """The class that belongs to the word in the row, unless the register marked it as expired."""
    mandate_id = MandateId(row.id)
    if row.expired_at is not None:
        return Expired(mandate_id, row.expires_at, row.granted_at)
    match row.state:
        case "proposed":
            return Proposed(mandate_id, row.answer_by, row.expires_at)
        case "granted":
            return Granted(mandate_id, row.expires_at, row.granted_at, released=row.released_at is not None)
        case "used":
            return Used(mandate_id, row.expires_at, row.granted_at, row.used_at)
        case "revoked":
            return Revoked(mandate_id, row.expires_at, row.granted_at, row.revoked_at, row.ended_reason)
        case "declined":
            return Declined(mandate_id, row.expires_at, row.declined_at)
    raise ValueError("a mandate in an unknown state")
