"""Where a URL may lead: the guard that every outbound call passes before a socket is opened."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass

from chassis.addresses import Address, is_callable, is_local, is_public, parse_address
from chassis.config import ServiceConfig
from chassis.origins import BadUrl, Url, is_plain, parse_url
from chassis.peer_failures import PeerRefused, PeerUnreachable

Resolver = Callable[[str, int], list[str]]
RESOLVE_SECONDS = 3.0
_RESOLVING = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


@dataclass(frozen=True, slots=True)
class Passage:
    """Permission for one call: who is meant, and the judged addresses at which they are called."""

    url: Url
    connect: Url
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """The policy: public https by default, and nothing local but what the configuration names."""

    plain: frozenset[str]
    local: frozenset[str]
    routes: dict[str, str]
    ports: frozenset[int]
    resolve: Resolver

    @classmethod
    def of(cls, config: ServiceConfig, *, resolve: "Resolver | None" = None) -> "Door":
        """Read the policy from the settings; outside the demo no plain or local origin is left."""
        own = (config.public_url,) if config.demo else ()
        named = {*own, *config.http_origins, *(config.peer_origins if config.demo else ())}
        return cls(
            plain=frozenset(origin for origin in named if is_plain(origin)),
            local=frozenset(origin for origin in named if not is_plain(origin)),
            routes=dict(config.routes),
            ports=frozenset({*config.peer_ports, *_ports(config.peer_origins)}),
            resolve=resolve or system_resolver,
        )

    def passage(self, text: str) -> Passage:
        """Judge a URL; raises PeerRefused (not allowed) or PeerUnreachable (no such name)."""
        try:
            url = parse_url(text)
        except BadUrl as wrong:
            raise PeerRefused("", str(wrong)) from None
        self._require_origin(url)
        connect = parse_url(self.routes.get(url.origin, url.origin))
        addresses = self._addresses(connect)
        if not addresses:
            raise PeerUnreachable(url.host, "the name has no address")
        allowed = self._judge(url, connect)
        for address in addresses:
            if not allowed(address):
                raise PeerRefused(url.host, f"address {address} is not allowed for {url.origin}")
        return Passage(url, connect, tuple(str(address) for address in addresses))

    def _require_origin(self, url: Url) -> None:
        if url.scheme == "http" and url.origin not in self.plain:
            raise PeerRefused(url.host, f"plain http to {url.origin} is not in the list")
        known = url.origin in self.routes or url.origin in self.local
        if url.scheme == "https" and url.port not in self.ports and not known:
            raise PeerRefused(url.host, f"port {url.port} is not in the list")

    def _judge(self, url: Url, connect: Url) -> Callable[[Address], bool]:
        if connect.scheme == "http":
            return is_local
        if url.origin in self.routes:
            return is_callable
        if url.origin in self.local:
            return lambda address: is_local(address) or is_public(address)
        return is_public

    def _addresses(self, connect: Url) -> list[Address]:
        literal = parse_address(connect.host)
        if literal is not None:
            return [literal]
        found = [parse_address(text) for text in self.resolve(connect.host, connect.port)]
        return list(dict.fromkeys(address for address in found if address is not None))


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system for all addresses of a name, within three seconds."""
    asked = _RESOLVING.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return [str(entry[4][0]) for entry in asked.result(timeout=RESOLVE_SECONDS)]
    except (OSError, UnicodeError, Late):
        raise PeerUnreachable(host, "the name could not be resolved") from None


def _ports(origins: tuple[str, ...]) -> set[int]:
    return {parse_url(origin).port for origin in origins}
