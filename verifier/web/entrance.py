"""The ports of the service that handles this request, typed."""

from chassis.app import ports as chassis_ports
from verifier.ports import Ports


def ports() -> Ports:
    """What create_app put together."""
    found: Ports = chassis_ports()
    return found
