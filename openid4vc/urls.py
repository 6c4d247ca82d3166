"""URLs of other parties: one plain spelling, and where the well-known documents of an identifier live."""

from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

MAX_URL = 2048
_SCHEMES = frozenset({"https", "http"})
_FORBIDDEN = frozenset(map(chr, range(0x21))) | frozenset('\\"<>^`{|}\x7f')


def split_url(url: str) -> SplitResult:
    """An absolute http(s) URL of printable ASCII without user, fragment or doubtful signs, else ValueError.

    Whether plain http is allowed at all is decided where the connection is made, not here.
    """
    if len(url) > MAX_URL or not url.isascii() or not _FORBIDDEN.isdisjoint(url):
        raise ValueError("not a plain URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # The library's own words would repeat the input.
        raise ValueError("not a URL") from None
    if parts.scheme not in _SCHEMES or not parts.hostname or "@" in parts.netloc or "#" in url:
        raise ValueError("not an absolute http(s) URL without user and fragment")
    if port == 0:
        raise ValueError("not a URL with a usable port")
    return parts


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host in small letters and port: what must stay equal within one party (RFC 6454, 4)."""
    parts = split_url(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def well_known(identifier: str, name: str) -> str:
    """Insert `/.well-known/<name>` before the path, never append it (RFC 8414, 3.1)."""
    parts = split_url(_identifier(identifier))
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"


def _url(value: str) -> str:
    split_url(value)
    return value


def _identifier(value: str) -> str:
    if "?" in value:
        raise ValueError("an identifier has no query")
    return _url(value)


Url = Annotated[str, AfterValidator(_url)]
Identifier = Annotated[str, AfterValidator(_identifier)]
