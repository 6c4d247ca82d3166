"""Write one line of the citizen's own log."""

from datetime import datetime

from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryNote, SealedLine
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id

KIND = "history"


def sealed_line(
    note: HistoryNote, happening: Happening, *, viewer: Viewer, at: datetime, ports: Ports
) -> SealedLine:
    """Return a line ready for the store verb that writes it together with what it is about."""
    id = new_id(ports)
    return SealedLine(
        id=id,
        account_id=viewer.account_id,
        at=at,
        kind=happening.kind,
        outcome=happening.outcome,
        sealed=viewer.seal(dump(note), kind=KIND, id=id),
        request_id=happening.request_id,
    )
