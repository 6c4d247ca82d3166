"""Read the citizen's own log: all of it that fits what is looked for, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wallet.domain.documents import load
from wallet.domain.history import HistoryKind, HistoryNote, SealedLine, Wanted
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.write_history import KIND

PAGE = 20


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line, opened."""

    id: str
    at: datetime
    kind: HistoryKind
    outcome: str
    request_id: str | None
    note: HistoryNote


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of what was found, how many pages there are, and everybody who is in the log at all."""

    lines: tuple[HistoryLine, ...]
    page: int
    pages: int
    found: int
    parties: Mapping[str, str]


def opened(line: SealedLine, *, viewer: Viewer) -> HistoryLine:
    """Open one line."""
    return HistoryLine(
        id=line.id,
        at=line.at,
        kind=line.kind,
        outcome=line.outcome,
        request_id=line.request_id,
        note=load(HistoryNote, viewer.unseal(line.sealed, kind=KIND, id=line.id)),
    )


def read_history(*, viewer: Viewer, ports: Ports) -> tuple[HistoryLine, ...]:
    """Return the newest lines first."""
    lines = ports.stores.history.newest(account_id=viewer.account_id)
    return tuple(opened(line, viewer=viewer) for line in lines)


def whole_history(*, viewer: Viewer, ports: Ports) -> tuple[HistoryLine, ...]:
    """Return every line, newest first."""
    lines = ports.stores.history.newest(account_id=viewer.account_id, limit=None)
    return tuple(opened(line, viewer=viewer) for line in lines)


def search_history(wanted: Wanted, *, page: int, viewer: Viewer, ports: Ports) -> HistoryPage:
    """Who it was with is sealed, so all lines are opened; a page past the end is the last one."""
    lines = whole_history(viewer=viewer, ports=ports)
    found = [line for line in lines if wanted.fits(line.at, line.outcome, line.note)]
    pages = max(1, -(-len(found) // PAGE))
    shown = min(max(1, page), pages)
    return HistoryPage(
        lines=tuple(found[(shown - 1) * PAGE : shown * PAGE]),
        page=shown,
        pages=pages,
        found=len(found),
        parties={line.note.party: line.note.who.nl for line in reversed(lines)},
    )
