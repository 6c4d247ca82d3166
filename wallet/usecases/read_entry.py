"""Read one line of the citizen's log."""

from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_history import HistoryLine, opened


def read_entry(id: str, *, viewer: Viewer, ports: Ports) -> HistoryLine:
    """Return a line of this citizen; NotFound for any other."""
    line = ports.stores.history.find(id, account_id=viewer.account_id)
    if line is None:
        raise NotFound
    return opened(line, viewer=viewer)
