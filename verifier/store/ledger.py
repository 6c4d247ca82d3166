"""The ledger of the register: what happens to a mandate gets its line in the same transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Unpack

from sqlalchemy import Connection, insert, select, update

from chassis.database import Database
from consent.ledger import LedgerEntry, LedgerLine, LedgerVerdict, next_line, verify_chain
from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date
from verifier.store.tables import ledger_head, ledger_line

EPOCH = datetime.fromtimestamp(0, UTC)
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Ledger:
    """The door to the tables ledger_line and ledger_head; lines are added by the verbs that cause them."""

    database: Database

    def write(self, **entry: Unpack[LedgerEntry]) -> LedgerLine:
        """A line about something that changed nothing else, such as an export."""
        return self.database.run(lambda connection: append_line(connection, **entry))

    def of(self, mandate_id: str) -> tuple[LedgerLine, ...]:
        """Every line about one mandate, in order."""
        with self.database.read() as connection:
            found = connection.execute(
                select(ledger_line).where(ledger_line.c.mandate_id == mandate_id).order_by(ledger_line.c.seq)
            )
            return tuple(map(_line, found))

    def verify(self) -> LedgerVerdict:
        """One consistent look at all lines, held to the head, so that the end cannot be cut off unseen."""
        with self.database.read() as connection:
            head = connection.execute(select(ledger_head)).one()
            known = {head.seq: head.hash} if head.seq else {}
            return verify_chain(_lines(connection), register=head.register, known=known)


def append_line(connection: Connection, **entry: Unpack[LedgerEntry]) -> LedgerLine:
    """Lock the head, add one line, move the head; it commits or vanishes with the caller's transaction.

    Call it last: whoever has the head keeps everybody else waiting.
    """
    head = connection.execute(select(ledger_head).with_for_update()).one()
    line = next_line(_before(head), register=head.register, **entry)
    connection.execute(insert(ledger_line).values(_row(line)))
    connection.execute(update(ledger_head).values(seq=line.seq, hash=line.hash))
    return line


def fingerprint(data: bytes) -> str:
    """What a line holds in place of a document: base64url SHA-256 over its bytes."""
    return base64url.encode(sha256(data).digest())


def _before(head: Any) -> LedgerLine | None:
    """The line before: its place and its hash are all that the next one needs of it."""
    if not head.seq:
        return None
    return LedgerLine(head.seq, EPOCH, "", "", "", {}, previous_hash="", hash=head.hash)


def _row(line: LedgerLine) -> dict[str, Any]:
    names = ("seq", "actor", "event", "mandate_id", "previous_hash", "hash")
    return {name: getattr(line, name) for name in names} | {
        "at": to_numeric_date(line.at),
        "details": strict_json.dumps(dict(line.details)).decode(),
    }


def _lines(connection: Connection) -> Iterator[LedgerLine]:
    rows = connection.execute(
        select(ledger_line).order_by(ledger_line.c.seq).execution_options(yield_per=AT_ONCE)
    )
    return map(_line, rows)


def _line(row: Any) -> LedgerLine:
    """As it stands there: what cannot be read any more was altered, and its hash will say so."""
    try:
        at, details = from_numeric_date(row.at), strict_json.loads_object(row.details)
    except (Malformed, ValueError, TypeError, OverflowError):
        at, details = EPOCH, {"unreadable": ""}
    return LedgerLine(row.seq, at, row.actor, row.event, row.mandate_id, details, row.previous_hash, row.hash)
