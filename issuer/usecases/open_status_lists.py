"""Publish the first status lists before the first credential, so that their existence tells nothing."""

from issuer.domain.status import PARALLEL_LISTS
from issuer.ports import Ports


def open_status_lists(*, ports: Ports) -> int:
    """Full-size lists of value 0 for each tenant (Token Status List, 13.3); repeating it changes nothing."""
    numbers = range(1, PARALLEL_LISTS + 1)
    for organisation in ports.organisations:
        ports.store.status.open(organisation.path, numbers)
    return len(numbers) * len(ports.organisations.all)
