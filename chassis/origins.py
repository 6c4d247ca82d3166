"""Origins and URLs read strictly: what browsers and resolvers would read differently is refused."""

import ipaddress
import re
from dataclasses import dataclass

DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!$&-;=@-\[\]_a-z~%]*)?(?P<query>\?[!$&-;=?@-\[\]_a-z~%]*)?"
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class BadUrl(ValueError):
    """The text is no http(s) URL in the one spelling that everyone reads alike."""


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http(s) URL in parts; `host` is lower case and without brackets."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """Return host and port as a Host header spells them, without a default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return scheme, host and port in one canonical spelling (RFC 6454, 6.2)."""
        return f"{self.scheme}://{self.netloc}"


def parse_url(text: str) -> Url:
    """Split a URL; userinfo, fragments, odd numbers, other alphabets and a dot at the end are BadUrl."""
    match = _URL.fullmatch(text)
    if match is None or len(text) > 8192:
        raise BadUrl("not an http or https URL in plain spelling")
    scheme, host = match["scheme"], match["host"].lower()
    port = int(match["port"]) if match["port"] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise BadUrl("no such port")
    if host.startswith("["):
        host = _ipv6(host[1:-1])
    else:
        _require_name_or_ipv4(host)
    return Url(scheme, host, port, (match["path"] or "/") + (match["query"] or ""))


def is_origin(text: str) -> bool:
    """Tell whether a text is an origin in its canonical spelling: no path, no slash at the end."""
    try:
        return parse_url(text).origin == text
    except BadUrl:
        return False


def is_plain(origin: str) -> bool:
    """Tell whether an origin is plain http."""
    return origin.startswith("http://")


def host_of(origin: str) -> str:
    """Return the host of an origin, or nothing when it is none."""
    try:
        return parse_url(origin).host
    except BadUrl:
        return ""


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise BadUrl("not an IPv6 address") from None


def _require_name_or_ipv4(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadUrl("not a host name")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise BadUrl("not an IPv4 address in its usual spelling") from None
