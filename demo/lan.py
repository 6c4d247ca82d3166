"""The address of this machine on its own network, so that phones in the same room can open what runs here."""

from __future__ import annotations

import re
import socket

from chassis.addresses import is_local, parse_address
from demo.trouble import Trouble

FIND = "1"
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
NOWHERE = ("192.0.2.1", 9)
"""Belongs to nobody (RFC 5737); asking for the way to it sends nothing."""


def lan_address(said: str) -> str:
    """A name or private IPv4 address of this machine: the one that was said, or for `1` the one found."""
    address = _found() if said == FIND else said.lower()
    known = parse_address(address)
    if not NAME.fullmatch(address) or (known is None and address.replace(".", "").isdecimal()):
        raise Trouble(f"{said} is no address of this machine. LAN is written like 192.168.1.20, or 1.")
    if known is not None and not is_local(known):
        raise Trouble(f"{address} is on no private network, and plain http stays on one. Use your own Wi-Fi.")
    return address


def _found() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(NOWHERE)
        except OSError:
            raise Trouble(
                "This machine is on no network. Join one, or name its address: make demo LAN=192.168.1.20"
            ) from None
        return str(asking.getsockname()[0])
