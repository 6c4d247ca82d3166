"""Requests on their way to an answer: each verb is one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, func, insert, select, update

from chassis.database import Database
from chassis.prepared import Prepared
from verifier.domain.mandate import Proposed
from verifier.domain.presentation import PresentationId, Requested
from verifier.domain.records import CONFIRMED_AT_DESK, SIGNED
from verifier.store.finding import BY_ID, BY_KEY, BY_STATE, place_of_key, read_requested
from verifier.store.ledger import append_line, fingerprint
from verifier.store.sealing import Seal
from verifier.store.tables import mandate, presentation

MAX_OPEN = 10_000


@dataclass(frozen=True, slots=True)
class Presentations:
    """The door to the tables presentation and mandate for the way of asking."""

    database: Database
    seal: Seal
    max_open: int = MAX_OPEN

    def ask(self, requested: Requested, *, transaction_hash: str) -> bool:
        """The request exists before anything is shown; false, and nothing done, when too many are open."""

        def work(connection: Connection) -> bool:
            if self._is_full(connection, requested.issued_at):
                return False
            self._insert(connection, requested, transaction_hash)
            return True

        return self.database.run(work)

    def propose(self, requested: Requested, proposed: Proposed, *, transaction_hash: str) -> bool:
        """Request and mandate exist together, or neither when too many are open."""

        def work(connection: Connection) -> bool:
            if self._is_full(connection, requested.issued_at):
                return False
            connection.execute(insert(mandate).values(_proposal(requested, proposed, SIGNED)))
            self._insert(connection, requested, transaction_hash)
            text = requested.transaction_data or ""
            _write_proposed(connection, proposed, text, requested.issued_at, SIGNED)
            return True

        return self.database.run(work)

    def propose_text(self, proposed: Proposed, *, text: str, service: str, at: datetime) -> bool:
        """A mandate to be read and confirmed at the desk; no wallet is asked yet."""
        row = _text_proposal(proposed, text, service, at, CONFIRMED_AT_DESK)

        def work(connection: Connection) -> bool:
            if self._is_full(connection, at):
                return False
            connection.execute(insert(mandate).values(row))
            _write_proposed(connection, proposed, text, at, CONFIRMED_AT_DESK)
            return True

        return self.database.run(work)

    def confirm(self, requested: Requested, *, transaction_hash: str) -> bool:
        """The text is confirmed once and the wallet is asked for the rest; false when it was, or is late."""

        def work(connection: Connection) -> bool:
            if connection.execute(_confirmation(requested)).rowcount != 1:
                return False
            self._insert(connection, requested, transaction_hash)
            append_line(
                connection,
                at=requested.issued_at,
                actor="grantor",
                event=CONFIRMED_AT_DESK,
                mandate_id=requested.mandate_id or "",
                details={},
            )
            return True

        return self.database.run(work)

    def find_open(self, presentation_id: str) -> Requested | None:
        """The request behind a request_uri, as long as nobody answered it."""
        return self._requested(BY_ID, presentation_id)

    def open_request(self, state: str) -> Requested | None:
        """The request that an answer names, as long as nobody answered it."""
        return self._requested(BY_STATE, state)

    def open_request_of_key(self, kid: str) -> Requested | None:
        """The request whose key an encrypted answer names, as long as nobody answered it."""
        return self._requested(BY_KEY, kid)

    def keep_request_object(self, request_id: PresentationId, compact: str, *, now: datetime) -> bool:
        """The bytes last served become part of the evidence; false once answered or expired."""
        served = (
            update(presentation)
            .where(
                presentation.c.id == request_id,
                presentation.c.status == "requested",
                presentation.c.expires_at > now,
            )
            .values(request_object=compact)
        )
        return self.database.run(lambda connection: connection.execute(served).rowcount == 1)

    def _insert(self, connection: Connection, requested: Requested, transaction_hash: str) -> None:
        row = self._row(requested) | {"transaction_hash": transaction_hash, "status": "requested"}
        connection.execute(insert(presentation).values(row))

    def _is_full(self, connection: Connection, now: datetime) -> bool:
        """Whoever floods us is turned away, and the store stays bounded (THREATS 194)."""
        still_open = select(presentation.c.id).where(
            presentation.c.status == "requested", presentation.c.expires_at > now
        )
        counted = select(func.count()).select_from(still_open.limit(self.max_open).subquery())
        return connection.execute(counted).scalar_one() >= self.max_open

    def _row(self, requested: Requested) -> dict[str, Any]:
        names = ("id", "mandate_id", "service", "state", "nonce", "dcql_query", "transaction_data", "purpose")
        manner, key = requested.manner, requested.reply_key
        return {name: getattr(requested, name) for name in (*names, "issued_at", "expires_at")} | {
            "prefix": manner.prefix,
            "response_mode": manner.response_mode,
            "same_device": manner.same_device,
            "reply_kid": key and key.kid,
            "sealed_reply_key": key and self.seal.close(key.key.to_der(), place=place_of_key(requested.id)),
        }

    def _requested(self, asked: Prepared, named: str) -> Requested | None:
        with self.database.look() as connection:
            row = asked.first(connection, p_named=named)
        return None if row is None else read_requested(row, self.seal)


def _confirmation(requested: Requested) -> Update:
    """Only a text that waits to be confirmed, once and in time."""
    return (
        update(mandate)
        .where(
            mandate.c.id == requested.mandate_id,
            mandate.c.kind == CONFIRMED_AT_DESK,
            mandate.c.state == "proposed",
            mandate.c.confirmed_at.is_(None),
            mandate.c.answer_by > requested.issued_at,
            mandate.c.expired_at.is_(None),
        )
        .values(confirmed_at=requested.issued_at, answer_by=requested.expires_at)
    )


def _write_proposed(connection: Connection, proposed: Proposed, text: str, at: datetime, kind: str) -> None:
    append_line(
        connection,
        at=at,
        actor="desk",
        event="proposed",
        mandate_id=proposed.id,
        details={"kind": kind, "text_sha256": fingerprint(text.encode())},
    )


def _proposal(requested: Requested, proposed: Proposed, kind: str) -> dict[str, Any]:
    text = requested.transaction_data or ""
    return _text_proposal(proposed, text, requested.service, requested.issued_at, kind)


def _text_proposal(proposed: Proposed, text: str, service: str, at: datetime, kind: str) -> dict[str, Any]:
    return {
        "id": proposed.id,
        "service": service,
        "transaction_data": text,
        "state": "proposed",
        "proposed_at": at,
        "answer_by": proposed.answer_by,
        "expires_at": proposed.expires_at,
        "kind": kind,
    }
