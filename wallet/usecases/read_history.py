"""Read the citizen's own log."""

from dataclasses import dataclass
from datetime import datetime

from wallet.domain.documents import load
from wallet.domain.history import HistoryKind, HistoryNote
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.write_history import KIND


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line, opened."""

    id: str
    at: datetime
    kind: HistoryKind
    outcome: str
    request_id: str | None
    note: HistoryNote


def read_history(*, viewer: Viewer, ports: Ports) -> tuple[HistoryLine, ...]:
    """Return the newest lines first."""
    return tuple(
        HistoryLine(
            id=line.id,
            at=line.at,
            kind=line.kind,
            outcome=line.outcome,
            request_id=line.request_id,
            note=load(HistoryNote, viewer.unseal(line.sealed, kind=KIND, id=line.id)),
        )
        for line in ports.stores.history.newest(account_id=viewer.account_id)
    )
