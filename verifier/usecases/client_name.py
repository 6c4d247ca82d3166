"""The name under which a request was made, which the citizen's key signs as audience (OpenID4VP 1.0, 5.9)."""

from verifier.domain.presentation import Requested
from verifier.ports import Ports


def client_id_of(requested: Requested, *, ports: Ports) -> str:
    """The whole string with its prefix; only names that our certificate proves are ever stored."""
    return ports.access.client_ids[requested.manner.prefix]
