"""Guesses of a code on paper: counted for each client, so that one cannot shut the door for all."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

GUESSES: Final = 100
GUESSES_WITHIN: Final = timedelta(minutes=10)
ALARM: Final = 10_000
"""So many from everybody together are an attack from many places: then one wrong code a client is enough."""
MOST_GUESSES: Final = 50_000
"""So many rows are kept at most; at this rate a thousand waiting codes of 38 bits hold out for years."""
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong codes lately: of one client, and of everybody together."""

    own: int
    everybody: int

    @property
    def too_many(self) -> bool:
        """A client without a wrong code may always type one, until no more can be counted."""
        allowed = GUESSES if self.everybody < ALARM else 1
        return self.own >= allowed or self.everybody >= MOST_GUESSES


def network_of(address: str) -> str:
    """Whom we count as one client: an IPv4 address, or the network of a house for IPv6 (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else f"{int(found) >> _NETWORK_BITS:x}::/{_NETWORK_BITS}"
    return str(found)
