"""Read what the citizen set."""

from wallet.domain.documents import load
from wallet.domain.sealing import Viewer
from wallet.domain.settings import SETTINGS, Settings
from wallet.ports import Ports


def read_settings(*, viewer: Viewer, ports: Ports) -> Settings:
    """Return the settings; those of the first day when nothing was set."""
    return opened(ports.stores.settings.find(viewer.account_id), viewer=viewer)


def opened(sealed: bytes | None, *, viewer: Viewer) -> Settings:
    """Unseal settings as the store gave them."""
    if sealed is None:
        return Settings()
    return load(Settings, viewer.unseal(sealed, kind=SETTINGS, id=viewer.account_id))
