"""Which network addresses may be called: `ip.is_global` alone lets too much through."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


LOCAL = _networks("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
NEVER = _networks(
    "0.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "2002::/16",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
SPECIAL = _networks(
    "100.64.0.0/10",
    "168.63.129.16/32",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "fd00:ec2::254/128",
)
GLOBAL_IPV6 = IPv6Network("2000::/3")


def parse_address(text: str) -> Address | None:
    """Return the address that a text is, or None for a name; a zone such as %eth0 is dropped."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_local(address: Address) -> bool:
    """Tell whether an address is this machine or a private network; link-local never is (PROTOCOL P-04)."""
    return _within(address, LOCAL) and not _within(address, (*NEVER, *SPECIAL))


def is_public(address: Address) -> bool:
    """Tell whether an address is somebody on the internet, without a way back inside (RFC 6890)."""
    if _within(address, (*NEVER, *LOCAL, *SPECIAL)) or not address.is_global:
        return False
    return address in GLOBAL_IPV6 if isinstance(address, IPv6Address) else True


def is_callable(address: Address) -> bool:
    """Tell whether an operator may name this address in a route: anything but link-local and its like."""
    return not _within(address, NEVER)


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
