"""Requests on their way to an answer: each verb is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, func, insert, select, update

from chassis.database import Database
from openid4vc.jose.jwe import DecryptionKey
from verifier.domain.mandate import MandateId, Proposed
from verifier.domain.presentation import Manner, PresentationId, ReplyKey, Requested
from verifier.domain.records import CONFIRMED_AT_DESK, SIGNED
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
        return self._requested(presentation.c.id == presentation_id)

    def open_request(self, state: str) -> Requested | None:
        """The request that an answer names, as long as nobody answered it."""
        return self._requested(presentation.c.state == state)

    def open_request_of_key(self, kid: str) -> Requested | None:
        """The request whose key an encrypted answer names, as long as nobody answered it."""
        return self._requested(presentation.c.reply_kid == kid)

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
        names = ("id", "mandate_id", "service", "state", "nonce", "dcql_query", "transaction_data")
        manner, key = requested.manner, requested.reply_key
        return {name: getattr(requested, name) for name in (*names, "issued_at", "expires_at")} | {
            "prefix": manner.prefix,
            "response_mode": manner.response_mode,
            "same_device": manner.same_device,
            "reply_kid": key and key.kid,
            "sealed_reply_key": key and self.seal.close(key.key.to_der(), place=_place(requested.id)),
        }

    def _requested(self, condition: ColumnElement[bool]) -> Requested | None:
        with self.database.read() as connection:
            row = connection.execute(
                select(presentation).where(condition, presentation.c.status == "requested")
            ).one_or_none()
        return None if row is None else self._of_row(dict(row._mapping))

    def _of_row(self, row: Mapping[str, Any]) -> Requested:
        names = ("state", "nonce", "dcql_query", "issued_at", "expires_at", "service")
        optional = ("transaction_data", "request_object")
        return Requested(
            id=PresentationId(row["id"]),
            mandate_id=None if row["mandate_id"] is None else MandateId(row["mandate_id"]),
            manner=Manner(row["prefix"], row["response_mode"], row["same_device"]),
            reply_key=self._reply_key(row),
            **{name: row[name] for name in (*names, *optional)},
        )

    def _reply_key(self, row: Mapping[str, Any]) -> ReplyKey | None:
        if row["sealed_reply_key"] is None:
            return None
        der = self.seal.open(row["sealed_reply_key"], place=_place(row["id"]))
        return ReplyKey(row["reply_kid"], DecryptionKey.from_der(der))


def _place(request_id: str) -> str:
    return f"reply_key/{request_id}"


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
