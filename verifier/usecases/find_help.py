"""Find who helped with a mandate, as its receipts say it."""

from consent.mandate import Mandate
from consent.receipts import Help
from verifier.domain.helping import as_help
from verifier.ports import Ports


def help_with(mandate: Mandate, *, ports: Ports) -> Help | None:
    """None where nobody helped, and where the helper was erased since."""
    found = ports.store.helping.of_mandate(mandate.mandate_id)
    return None if found is None else as_help(found)
