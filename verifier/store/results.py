"""Results on their way back to who started: released once, or thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from chassis.database import Database
from consent.ledger import LedgerLine
from openid4vc.jose import strict_json
from verifier.domain.mandate import MandateId
from verifier.domain.presentation import RELEASE_WITHIN, SHARED, Manner, PresentationId, Released
from verifier.domain.result import Standing
from verifier.store.ledger import append_line
from verifier.store.outbox import put
from verifier.store.sealing import Seal
from verifier.store.tables import mandate, presentation, presentation_values


@dataclass(frozen=True, slots=True)
class Results:
    """The door to the table presentation for the way back."""

    database: Database
    seal: Seal
    tell: tuple[str, ...] = ()

    def code_hash_of(self, transaction_hash: str) -> str | None:
        """The response code that waits for this transaction, hashed; none unless it was answered."""
        with self.database.read() as connection:
            return connection.execute(
                select(presentation.c.response_code_hash).where(
                    presentation.c.transaction_hash == transaction_hash, presentation.c.status == "answered"
                )
            ).scalar_one_or_none()

    def standing(self, transaction_hash: str, *, now: datetime) -> Standing | None:
        """One consistent look for the holder of the transaction; values past their date are not seen."""
        kept = and_(
            presentation_values.c.presentation_id == presentation.c.id,
            presentation_values.c.retain_until > now,
        )
        joined = presentation.outerjoin(presentation_values, kept)
        with self.database.read() as connection:
            row = connection.execute(
                select(presentation, presentation_values.c.sealed_result)
                .select_from(joined)
                .where(presentation.c.transaction_hash == transaction_hash)
            ).one_or_none()
        return None if row is None else self._standing(dict(row._mapping))

    def release(self, transaction_hash: str, *, code_hash: str, now: datetime) -> Released | None:
        """Hand the result out once, within five minutes; only then may the mandate be used."""
        return self._release(
            and_(
                presentation.c.transaction_hash == transaction_hash,
                presentation.c.response_code_hash == code_hash,
            ),
            now,
        )

    def release_here(self, transaction_hash: str, *, now: datetime) -> Released | None:
        """The same for an answer from another device, never for a mandate, when its screen asks for it."""
        return self._release(
            and_(
                presentation.c.transaction_hash == transaction_hash,
                presentation.c.same_device.is_(False),
                presentation.c.mandate_id.is_(None),
            ),
            now,
        )

    def reject_foreign(self, *, code_hash: str, now: datetime) -> PresentationId | None:
        """An answer that came home elsewhere is thrown away and its mandate revoked, in one transaction."""

        def work(connection: Connection) -> PresentationId | None:
            row = connection.execute(
                update(presentation)
                .where(presentation.c.response_code_hash == code_hash, presentation.c.status == "answered")
                .values(status="rejected", sealed_code=None)
                .returning(presentation.c.id, presentation.c.mandate_id)
            ).one_or_none()
            if row is None:
                return None
            connection.execute(
                presentation_values.delete().where(presentation_values.c.presentation_id == row.id)
            )
            changed = connection.execute(
                update(mandate)
                .where(
                    mandate.c.id == row.mandate_id,
                    mandate.c.state == "granted",
                    mandate.c.expired_at.is_(None),
                )
                .values(state="revoked", revoked_at=now, ended_reason="other_browser")
            )
            if changed.rowcount:
                put(
                    connection,
                    self.tell,
                    _write(connection, row.mandate_id, "register", "revoked", now, reason="other_browser"),
                )
            return PresentationId(row.id)

        return self.database.run(work)

    def _release(self, whose: ColumnElement[bool], now: datetime) -> Released | None:
        def work(connection: Connection) -> Released | None:
            row = connection.execute(
                update(presentation)
                .where(
                    whose,
                    presentation.c.status == "answered",
                    presentation.c.answered_at > now - RELEASE_WITHIN,
                )
                .values(status="released", released_at=now, sealed_code=None)
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
                changed = connection.execute(
                    update(mandate).where(mandate.c.id == row.mandate_id).values(released_at=now)
                )
                if changed.rowcount:
                    _write(connection, row.mandate_id, "grantor", "released", now)
            return Released(PresentationId(row.id), _mandate(row.mandate_id), row.service, row.outcome)

        return self.database.run(work)

    def _standing(self, row: Mapping[str, Any]) -> Standing:
        sealed = row["sealed_result"]
        place = f"result/{row['id']}"
        return Standing(
            id=PresentationId(row["id"]),
            mandate_id=_mandate(row["mandate_id"]),
            status=row["status"],
            outcome=row["outcome"],
            expires_at=row["expires_at"],
            manner=Manner(row["prefix"], row["response_mode"], row["same_device"]),
            values=None if sealed is None else strict_json.loads(self.seal.open(sealed, place=place)),
        )


def _write(
    connection: Connection, mandate_id: str, actor: str, event: str, now: datetime, **details: str
) -> LedgerLine:
    return append_line(connection, at=now, actor=actor, event=event, mandate_id=mandate_id, details=details)


def _mandate(found: str | None) -> MandateId | None:
    return None if found is None else MandateId(found)
