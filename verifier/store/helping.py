"""Helped requests: a code works once, in time; guesses are counted."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from chassis.database import Database
from verifier.domain.guessing import Guesses
from verifier.domain.helping import UNUSED_KEPT, End, HelpedRequest, Helper
from verifier.domain.mandate import MandateId
from verifier.store.ledger import append_line, fingerprint
from verifier.store.sealing import Seal
from verifier.store.tables import helped_request, wrong_code

MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Helping:
    """The door to the tables helped_request and wrong_code."""

    database: Database
    seal: Seal

    def prepare(self, request: HelpedRequest, *, code_hash: str) -> bool:
        """The request exists before its code is shown; false when too many wait, or the code is taken."""
        row = {
            "id": request.id,
            "service": request.service,
            "code_hash": code_hash,
            "sealed_helper": self.seal.close(request.helper.to_json(), place=_place(request.id)),
            "prepared_at": request.prepared_at,
            "code_until": request.code_until,
            "retain_until": request.code_until + UNUSED_KEPT,
        }

        def work(connection: Connection) -> bool:
            waiting = select(func.count()).where(
                helped_request.c.ended_at.is_(None), helped_request.c.code_until > request.prepared_at
            )
            taken = select(helped_request.c.id).where(helped_request.c.code_hash == code_hash)
            full = connection.execute(waiting).scalar_one() >= MOST_WAITING
            if full or connection.execute(taken).first() is not None:
                return False
            connection.execute(insert(helped_request).values(row))
            return True

        return self.database.run(work)

    def waiting_for(self, code_hash: str, *, now: datetime) -> HelpedRequest | None:
        """The request behind a code that still works."""
        with self.database.read() as connection:
            row = connection.execute(
                select(helped_request).where(
                    helped_request.c.code_hash == code_hash,
                    helped_request.c.ended_at.is_(None),
                    helped_request.c.code_until > now,
                )
            ).one_or_none()
        return None if row is None else self._request(row)

    def find(self, id: str) -> HelpedRequest | None:
        """For the browser that prepared it."""
        with self.database.read() as connection:
            row = connection.execute(select(helped_request).where(helped_request.c.id == id)).one_or_none()
        return None if row is None else self._request(row)

    def of_mandate(self, mandate_id: str) -> HelpedRequest | None:
        """Who helped with this mandate, for its receipt."""
        with self.database.read() as connection:
            row = connection.execute(
                select(helped_request).where(helped_request.c.mandate_id == mandate_id)
            ).one_or_none()
        return None if row is None else self._request(row)

    def end(self, request: HelpedRequest, end: End) -> bool:
        """The code is spent, and the ledger says who helped, in one transaction; false when it was spent."""
        kept = {} if end.retain_until is None else {"retain_until": end.retain_until}
        spent = (
            update(helped_request)
            .where(
                helped_request.c.id == request.id,
                helped_request.c.ended_at.is_(None),
                helped_request.c.code_until > end.at,
            )
            .values(ended_at=end.at, place=end.place, mandate_id=end.mandate_id, **kept)
        )

        def work(connection: Connection) -> bool:
            if connection.execute(spent).rowcount != 1:
                return False
            if end.mandate_id is not None:
                _write_helped(connection, request.helper, end, end.mandate_id)
            return True

        return self.database.run(work)

    def wrong_code(self, network: str, *, at: datetime, forget: datetime) -> None:
        """One guess more; those up to `forget` count no more and go, so that the table stays bounded."""

        def work(connection: Connection) -> None:
            connection.execute(delete(wrong_code).where(wrong_code.c.at <= forget))
            connection.execute(insert(wrong_code).values(at=at, client=self._mark(network)))

        self.database.run(work)

    def guesses(self, network: str, *, since: datetime) -> Guesses:
        """How many wrong codes came in from this network, and from anywhere."""
        lately = select(func.count()).select_from(wrong_code).where(wrong_code.c.at > since)
        own = lately.where(wrong_code.c.client == self._mark(network))
        with self.database.read() as connection:
            found = [int(connection.execute(one).scalar_one()) for one in (own, lately)]
        return Guesses(*found)

    def _mark(self, network: str) -> str:
        """Tells one network from another, and no address to who reads the table."""
        return hmac.new(self.seal.key, f"client/{network}".encode(), sha256).hexdigest()[:32]

    def _request(self, row: Row[tuple[object, ...]]) -> HelpedRequest:
        helper = Helper.from_json(self.seal.open(row.sealed_helper, place=_place(row.id)))
        return HelpedRequest(
            row.id,
            row.service,
            helper,
            row.prepared_at,
            row.code_until,
            row.ended_at,
            row.place,
            None if row.mandate_id is None else MandateId(row.mandate_id),
        )


def erase_helped(connection: Connection, now: datetime) -> int:
    """Helpers whose date has come, and guesses of another day."""
    connection.execute(delete(wrong_code).where(wrong_code.c.at <= now - UNUSED_KEPT))
    return connection.execute(delete(helped_request).where(helped_request.c.retain_until <= now)).rowcount


def _write_helped(connection: Connection, helper: Helper, end: End, mandate_id: MandateId) -> None:
    append_line(
        connection,
        at=end.at,
        actor="desk",
        event="helped",
        mandate_id=mandate_id,
        details={
            "place": end.place,
            "relation": helper.relation,
            "helper_sha256": fingerprint(helper.to_json()),
        },
    )


def _place(id: str) -> str:
    return f"helped_request/{id}"
