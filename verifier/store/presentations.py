"""Requests and their answers: each verb is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from verifier.domain.mandate import Declined, Granted, MandateId, Proposed
from verifier.domain.presentation import (
    RELEASE_WITHIN,
    SHARED,
    Answered,
    PresentationId,
    Released,
    Requested,
)
from verifier.domain.records import GrantValues
from verifier.store.sealing import Seal
from verifier.store.tables import mandate, mandate_values, presentation


@dataclass(frozen=True, slots=True)
class Presentations:
    """The door to the tables presentation, mandate and mandate_values for the way of asking."""

    database: Database
    seal: Seal

    def propose(self, requested: Requested, proposed: Proposed, *, transaction_hash: str) -> None:
        """Request and mandate exist together, before anything is shown to anybody."""
        with self.database.begin() as connection:
            connection.execute(
                insert(mandate).values(
                    id=proposed.id,
                    service=requested.service,
                    transaction_data=requested.transaction_data,
                    state="proposed",
                    proposed_at=requested.issued_at,
                    answer_by=proposed.answer_by,
                    expires_at=proposed.expires_at,
                )
            )
            connection.execute(
                insert(presentation).values(
                    id=requested.id,
                    mandate_id=requested.mandate_id,
                    service=requested.service,
                    transaction_hash=transaction_hash,
                    state=requested.state,
                    nonce=requested.nonce,
                    dcql_query=requested.dcql_query,
                    transaction_data=requested.transaction_data,
                    issued_at=requested.issued_at,
                    expires_at=requested.expires_at,
                    status="requested",
                )
            )

    def find_open(self, presentation_id: str) -> Requested | None:
        """The request behind a request_uri, as long as nobody answered it."""
        return self._requested(presentation.c.id == presentation_id)

    def open_request(self, state: str) -> Requested | None:
        """The request that an answer names, as long as nobody answered it."""
        return self._requested(presentation.c.state == state)

    def keep_request_object(self, request_id: PresentationId, compact: str, *, now: datetime) -> bool:
        """The bytes last served become part of the evidence; false once answered or expired."""
        with self.database.begin() as connection:
            changed = connection.execute(
                update(presentation)
                .where(
                    presentation.c.id == request_id,
                    presentation.c.status == "requested",
                    presentation.c.expires_at > now,
                )
                .values(request_object=compact)
            )
        return changed.rowcount == 1

    def grant(self, answered: Answered, granted: Granted, values: GrantValues, *, code_hash: str) -> bool:
        """Close the request and grant the mandate together; false, and nothing done, if one is late."""
        try:
            with self.database.begin() as connection:
                self._close(connection, answered, code_hash)
                changed = connection.execute(
                    update(mandate)
                    .where(
                        mandate.c.id == granted.id,
                        mandate.c.state == "proposed",
                        mandate.c.expires_at > granted.granted_at,
                    )
                    .values(
                        state="granted",
                        granted_at=granted.granted_at,
                        grantor_jwk=values.grantor_jwk,
                        key_binding_jti=values.key_binding_jti,
                    )
                )
                _require_one(changed.rowcount)
                connection.execute(insert(mandate_values).values(**self._sealed(granted.id, values)))
        except (_NotOne, IntegrityError):
            return False
        return True

    def decline(self, answered: Answered, declined: Declined, *, code_hash: str, reason: str) -> bool:
        """Close the request and decline the mandate together; false, and nothing done, if it was answered."""
        try:
            with self.database.begin() as connection:
                self._close(connection, answered, code_hash)
                changed = connection.execute(
                    update(mandate)
                    .where(mandate.c.id == declined.id, mandate.c.state == "proposed")
                    .values(state="declined", declined_at=declined.declined_at, ended_reason=reason)
                )
                _require_one(changed.rowcount)
        except _NotOne:
            return False
        return True

    def request_of(self, transaction_hash: str) -> PresentationId | None:
        """Which request this transaction started."""
        with self.database.read() as connection:
            found = connection.execute(
                select(presentation.c.id).where(presentation.c.transaction_hash == transaction_hash)
            ).scalar_one_or_none()
        return None if found is None else PresentationId(found)

    def code_hash_of(self, transaction_hash: str) -> str | None:
        """The response code that waits for this transaction, hashed; none unless it was answered."""
        with self.database.read() as connection:
            return connection.execute(
                select(presentation.c.response_code_hash).where(
                    presentation.c.transaction_hash == transaction_hash, presentation.c.status == "answered"
                )
            ).scalar_one_or_none()

    def release(self, transaction_hash: str, *, code_hash: str, now: datetime) -> Released | None:
        """Hand the result out once, within five minutes; only then may the mandate be used."""
        with self.database.begin() as connection:
            row = connection.execute(
                update(presentation)
                .where(
                    presentation.c.transaction_hash == transaction_hash,
                    presentation.c.response_code_hash == code_hash,
                    presentation.c.status == "answered",
                    presentation.c.answered_at > now - RELEASE_WITHIN,
                )
                .values(status="released", released_at=now)
                .returning(
                    presentation.c.id,
                    presentation.c.mandate_id,
                    presentation.c.service,
                    presentation.c.outcome,
                )
            ).one_or_none()
            if row is None:
                return None
            if row.outcome == SHARED:
                connection.execute(
                    update(mandate).where(mandate.c.id == row.mandate_id).values(released_at=now)
                )
        return Released(PresentationId(row.id), MandateId(row.mandate_id), row.service, row.outcome)

    def reject_foreign(self, *, code_hash: str, now: datetime) -> MandateId | None:
        """An answer that came home elsewhere is thrown away and its mandate revoked, in one transaction."""
        with self.database.begin() as connection:
            mandate_id = connection.execute(
                update(presentation)
                .where(presentation.c.response_code_hash == code_hash, presentation.c.status == "answered")
                .values(status="rejected")
                .returning(presentation.c.mandate_id)
            ).scalar_one_or_none()
            if mandate_id is None:
                return None
            connection.execute(
                update(mandate)
                .where(mandate.c.id == mandate_id, mandate.c.state == "granted")
                .values(state="revoked", revoked_at=now, ended_reason="other_browser")
            )
        return MandateId(mandate_id)

    def _close(self, connection: Connection, answered: Answered, code_hash: str) -> None:
        changed = connection.execute(
            update(presentation)
            .where(
                presentation.c.id == answered.id,
                presentation.c.status == "requested",
                presentation.c.expires_at > answered.answered_at,
            )
            .values(
                status="answered",
                outcome=answered.outcome,
                answered_at=answered.answered_at,
                response_code_hash=code_hash,
            )
        )
        _require_one(changed.rowcount)

    def _sealed(self, mandate_id: MandateId, values: GrantValues) -> Mapping[str, Any]:
        return {
            "mandate_id": mandate_id,
            "sealed_evidence": self.seal.close(values.evidence, place=f"evidence/{mandate_id}"),
            "sealed_presentations": self.seal.close(
                values.presentations, place=f"presentations/{mandate_id}"
            ),
            "retain_until": values.retain_until,
        }

    def _requested(self, condition: Any) -> Requested | None:
        columns = [presentation.c[name] for name in Requested.__dataclass_fields__]
        with self.database.read() as connection:
            row = connection.execute(
                select(*columns).where(condition, presentation.c.status == "requested")
            ).one_or_none()
        return None if row is None else Requested(**row._mapping)


class _NotOne(Exception):
    """A conditional statement met a row in another state; the transaction is rolled back."""


def _require_one(rowcount: int) -> None:
    if rowcount != 1:
        raise _NotOne
