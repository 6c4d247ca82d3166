"""Requests in progress and their one answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.columns import insert_ignore
from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.history import SealedLine
from wallet.domain.mandate import MandateState, SealedMandate
from wallet.domain.request import RequestId, RequestState, SealedRequest, Sending
from wallet.store.history import line_values
from wallet.store.mandates import mandate_values
from wallet.store.moments import moment, seconds
from wallet.store.tables import copies, history, mandates, requests


class _TooLate(Exception):
    """Rolls the transaction back: somebody else answered, or used a copy."""


def _request(row: Any) -> SealedRequest:
    return SealedRequest(
        id=RequestId(row.id),
        account_id=AccountId(row.account_id),
        fingerprint=row.fingerprint,
        state=RequestState(row.state),
        sealed=row.sealed,
        created_at=moment(row.created_at),
        expires_at=moment(row.expires_at),
        sealed_answer=row.sealed_answer,
        sealed_result=row.sealed_result,
        sealed_choice=row.sealed_choice,
    )


def _while_open(connection: Connection, id: RequestId, account_id: AccountId, **values: Any) -> None:
    closed = connection.execute(
        update(requests)
        .where(requests.c.id == id, requests.c.account_id == account_id)
        .where(requests.c.state == RequestState.OPEN)
        .values(**values)
    )
    if closed.rowcount != 1:
        raise _TooLate


@dataclass(frozen=True, slots=True)
class RequestStore:
    """A request leaves `open` exactly once."""

    database: Database

    def keep(self, request: SealedRequest) -> bool:
        """Keep a new request; False when this account already has it."""
        values = {
            "id": request.id,
            "account_id": request.account_id,
            "fingerprint": request.fingerprint,
            "state": request.state,
            "sealed": request.sealed,
            "created_at": seconds(request.created_at),
            "expires_at": seconds(request.expires_at),
        }
        with self.database.begin() as connection:
            return insert_ignore(connection, requests, values)

    def find(self, id: RequestId, *, account_id: AccountId) -> SealedRequest | None:
        """Find a request of this account; somebody else's is unknown."""
        return self._one(requests.c.id == id, account_id)

    def same(self, fingerprint: str, *, account_id: AccountId) -> SealedRequest | None:
        """Find the request that came before with the same asker and nonce."""
        return self._one(requests.c.fingerprint == fingerprint, account_id)

    def _one(self, condition: Any, account_id: AccountId) -> SealedRequest | None:
        with self.database.read() as connection:
            row = connection.execute(
                select(requests).where(condition, requests.c.account_id == account_id)
            ).one_or_none()
        return None if row is None else _request(row)

    def still_open(self, *, account_id: AccountId, now: datetime) -> tuple[SealedRequest, ...]:
        """List what waits for an answer, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(requests)
                .where(requests.c.account_id == account_id, requests.c.state == RequestState.OPEN)
                .where(requests.c.expires_at > seconds(now))
                .order_by(requests.c.created_at.desc(), requests.c.id)
            ).all()
        return tuple(_request(row) for row in rows)

    def choose(self, id: RequestId, sealed_choice: bytes, *, account_id: AccountId) -> bool:
        """Keep what the citizen chose, the last one counts; False when the request is no longer open."""
        try:
            with self.database.begin() as connection:
                _while_open(connection, id, account_id, sealed_choice=sealed_choice)
        except _TooLate:
            return False
        return True

    def begin_sending(self, sending: Sending, line: SealedLine, mandate: SealedMandate | None) -> bool:
        """Write the intent before anything leaves: request, copies, history and mandate in one transaction.

        False when the request was answered or a copy was used meanwhile; then nothing was written.
        """
        try:
            with self.database.begin() as connection:
                _while_open(
                    connection,
                    sending.request_id,
                    sending.account_id,
                    state=RequestState.NOT_CERTAIN,
                    sealed_answer=sending.sealed_answer,
                )
                self._use_copies(connection, sending)
                connection.execute(insert(history).values(**line_values(line)))
                if mandate is not None:
                    connection.execute(insert(mandates).values(**mandate_values(mandate)))
        except (_TooLate, IntegrityError):
            return False
        return True

    def _use_copies(self, connection: Connection, sending: Sending) -> None:
        used = connection.execute(
            update(copies)
            .where(copies.c.id.in_(sending.copies), copies.c.account_id == sending.account_id)
            .where(copies.c.used_at.is_(None))
            .values(used_at=seconds(sending.at))
        )
        if used.rowcount != len(sending.copies):
            raise _TooLate

    def decline(self, id: RequestId, line: SealedLine) -> bool:
        """Close a request without an answer, with its history line; False when it was closed before."""
        try:
            with self.database.begin() as connection:
                _while_open(connection, id, line.account_id, state=RequestState.NOT_SHARED)
                connection.execute(insert(history).values(**line_values(line)))
        except _TooLate:
            return False
        return True

    def settle(
        self, id: RequestId, outcome: RequestState, sealed_result: bytes, *, account_id: AccountId
    ) -> None:
        """Write how it ended wherever it shows; a certain outcome stays, and the answer's bytes go."""
        certain = outcome is not RequestState.NOT_CERTAIN
        with self.database.begin() as connection:
            moved = connection.execute(
                update(requests)
                .where(requests.c.id == id, requests.c.account_id == account_id)
                .where(requests.c.state == RequestState.NOT_CERTAIN)
                .values(state=outcome, sealed_result=sealed_result, **_without_answer(certain))
            )
            if moved.rowcount != 1 or not certain:
                return
            connection.execute(update(history).where(history.c.request_id == id).values(outcome=outcome))
            connection.execute(
                update(mandates)
                .where(mandates.c.request_id == id, mandates.c.account_id == account_id)
                .where(mandates.c.state == MandateState.NOT_CERTAIN)
                .values(state=_MANDATE_AFTER[outcome])
            )

    def note_result(self, id: RequestId, sealed_result: bytes, *, account_id: AccountId) -> None:
        """Remember where the browser may go on after a refusal."""
        with self.database.begin() as connection:
            connection.execute(
                update(requests)
                .where(requests.c.id == id, requests.c.account_id == account_id)
                .values(sealed_result=sealed_result)
            )


_MANDATE_AFTER = {RequestState.SHARED: MandateState.GRANTED, RequestState.FAILED: MandateState.DECLINED}


def _without_answer(certain: bool) -> dict[str, None]:
    return {"sealed_answer": None} if certain else {}
