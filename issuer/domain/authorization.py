"""An authorization on its way: pushed by a wallet, begun in a browser, agreed to by a citizen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from openid4vc.urls import split_url

AuthorizationId = NewType("AuthorizationId", str)

PUSHED_LIFE = timedelta(seconds=60)
BROWSER_LIFE = timedelta(minutes=10)
CODE_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a wallet asked for behind the browser's back; it does not change any more (RFC 9126, 2.1).

    `expected_persona` is for whom the offer behind it was made; None where there was no offer.
    """

    organisation: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    state: str | None
    configuration_ids: tuple[str, ...]
    by_identifier: bool
    deferred: bool = False
    offer_id: str | None = None
    expected_persona: str | None = None
    instance: str | None = None
    dpop: str | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """The one browser that came with the reference, known by a secret in its session, and for how long."""

    hash: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A browser has come with the reference; only that browser can go on."""

    id: AuthorizationId
    asked: Asked


@dataclass(frozen=True, slots=True)
class Agreed:
    """The citizen said yes; whoever asked may redeem the code, once (RFC 6749, 4.1.2)."""

    id: AuthorizationId
    asked: Asked
    persona: str


@dataclass(frozen=True, slots=True)
class Clients:
    """Wallets that may ask, each with the addresses that answers may go to (RFC 6749, 3.1.2.2)."""

    redirect_uris: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Clients":
        """Pairs of client id and redirect URI; a client may have several."""
        found: dict[str, frozenset[str]] = {}
        for client_id, redirect_uri in pairs:
            found[client_id] = found.get(client_id, frozenset()) | {redirect_uri}
        return cls(found)

    def knows(self, client_id: str) -> bool:
        """Whether this wallet is registered here."""
        return client_id in self.redirect_uris

    def may_return_to(self, client_id: str, redirect_uri: str) -> bool:
        """Compared as the exact string, since every looser rule was once a hole (BCP 240, 4.1)."""
        return redirect_uri in self.redirect_uris.get(client_id, frozenset())


def is_plain_address(redirect_uri: str, *, loopback: bool) -> bool:
    """Whether an address that nobody registered has only one reading: https, or http to this machine.

    Small letters, no dot segments, no query; a wallet that is vouched for answers for it (RFC 9126, 2.4).
    """
    parts = split_url(redirect_uri)
    local = loopback and parts.hostname in ("localhost", "127.0.0.1")
    canonical = parts.netloc == parts.netloc.lower() and not parts.query
    dotted = {".", "..", ""} & set(parts.path.split("/")[1:-1])
    return (parts.scheme == "https" or local) and canonical and not dotted and "%" not in redirect_uri
