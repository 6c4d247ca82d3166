"""See whether anything changed, and what was written in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog.testing
from sqlalchemy import select

from tests.verifier.helpers.cards import BSN
from tests.verifier.helpers.desk import Desk
from verifier.store.tables import metadata

PERSONAL = (BSN, "Noor", "de Vries", "NL02VBLD", "100000", "eyJ")


@dataclass
class Seen:
    """What a block of the test left behind."""

    changed: bool = False
    audit: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def refused(self) -> list[dict[str, Any]]:
        return [line for line in self.audit if line["event"].endswith(("refused", "rejected"))]


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Every row of every table, but for the request object, which changes with each fetch."""
    database = desk.app.extensions["ports"].store.register.database
    found = {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name != "request_object"]
            found[table.name] = sorted(map(repr, connection.execute(select(*columns))))
    return found


@contextmanager
def watching(desk: Desk) -> Iterator[Seen]:
    """Compare before and after, keep the log."""
    seen, before = Seen(), rows(desk)
    with structlog.testing.capture_logs() as lines:
        yield seen
    seen.changed = rows(desk) != before
    seen.lines = lines
    seen.audit = [line for line in lines if line.get("audit")]
    assert not [text for text in PERSONAL if text in repr(lines)]
