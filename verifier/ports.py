"""What a use case can touch outside itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.x509 import Certificate

from chassis.clock import Clock
from consent.purpose import Purpose
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuers
from verifier.domain.organisation import Town
from verifier.peers.authority import AuthorityPeer
from verifier.peers.status_lists import StatusLists
from verifier.store.door import Store


class Audit(Protocol):
    """Writes one line that holds names and hashes, never values."""

    def __call__(self, event: str, **names: str | int | bool | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Origins, without a trailing slash."""

    own: str
    wallet: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Access:
    """The desk's access certificate and its key; client_id is the certificate's hash (HAIP 1.0, 5)."""

    key: SigningKey
    chain: tuple[Certificate, ...]
    client_id: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: issuers per kind of credential, and roots of access certificates."""

    issuers: TrustedIssuers
    access_anchors: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Ports:
    """Clock, randomness, keys, data files, store and peers."""

    clock: Clock
    new_token: Callable[[int], str]
    audit: Audit
    addresses: Addresses
    town: Town
    purposes: Mapping[str, Purpose]
    access: Access
    trust: Trust
    store: Store
    status_lists: StatusLists
    authority: AuthorityPeer
