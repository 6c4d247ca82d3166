"""Record a mandate for other people's software, from what the wallet itself knows of it."""

from collections.abc import Iterator
from typing import Any

from consent.receipts import RecordEvent, consent_record
from wallet.domain.history import HistoryKind
from wallet.domain.mandate import MandateId, MandateState
from wallet.domain.receipts import mandate_of
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_history import read_history
from wallet.usecases.view_mandate import MandateView, view_mandate


def record_mandate(id: MandateId, *, viewer: Viewer, ports: Ports) -> dict[str, Any]:
    """JSON-LD after ISO/IEC TS 27560 up to how it stands now; no values of the citizen are in it."""
    view = view_mandate(id, viewer=viewer, ports=ports)
    events = tuple(_events(view, viewer, ports))
    return consent_record(mandate_of(view.granted), record_id=id, events=events)


def _events(view: MandateView, viewer: Viewer, ports: Ports) -> Iterator[RecordEvent]:
    """A withdrawal stands in the citizen's own history; an end of which no moment is known is left out."""
    yield RecordEvent("granted", view.granted.granted_at)
    if view.state is MandateState.USED and view.used_at is not None:
        yield RecordEvent("used", view.used_at)
    if view.state is MandateState.EXPIRED:
        yield RecordEvent("expired", view.granted.expires_at)
    if view.state is MandateState.REVOKED:
        for line in read_history(viewer=viewer, ports=ports):
            if line.kind == HistoryKind.WITHDRAWN and line.note.mandate_id == view.id:
                yield RecordEvent("revoked", line.at)
