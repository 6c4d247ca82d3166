"""Forget what is over, and say how much that was."""

from collections.abc import Mapping

from chassis.audit import audit
from issuer.ports import Ports


def sweep(*, ports: Ports) -> Mapping[str, int]:
    """Counts by table; nothing is said when nothing was over."""
    swept = ports.store.sweep.sweep(now=ports.clock())
    if any(swept.values()):
        audit("swept", **swept)
    return swept
