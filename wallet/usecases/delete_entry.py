"""Take one line out of the citizen's own log, for good (ARF, DASH_06a)."""

from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.write_history import sealed_line

NOBODY = Words("Uw wallet", "Your wallet")


def delete_entry(id: str, *, viewer: Viewer, ports: Ports) -> None:
    """The line goes with all that it says; that one went is written, not which one."""
    note = HistoryNote(who=NOBODY, who_id="")
    happening = Happening(HistoryKind.ENTRY_DELETED, "deleted")
    trace = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
    if not ports.stores.history.remove(id, trace):
        raise NotFound
    ports.audit("history_entry_deleted")
