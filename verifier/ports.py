"""What a use case can touch outside itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cryptography.x509 import Certificate

from chassis.clock import Clock
from consent.purpose import Purpose
from openid4vc.dcql.query import DcqlQuery
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuers
from verifier.domain.organisation import Town
from verifier.peers.authority import AuthorityPeer
from verifier.peers.revocation_lists import RevocationLists
from verifier.peers.status_lists import StatusLists
from verifier.peers.trust_lists import TrustLists
from verifier.peers.webhooks import Webhooks
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
    """The desk's access certificate, its key, and the names it proves, by prefix (OpenID4VP 1.0, 5.9)."""

    key: SigningKey
    chain: tuple[Certificate, ...]
    client_ids: Mapping[str, str]
    registrations: Mapping[str, str] = field(default_factory=dict)

    def registration_for(self, purpose: str | None) -> str | None:
        """What the register says about questions for this purpose, as it signed it (TS 119 475, 5.2)."""
        return self.registrations.get(purpose or "")


@dataclass(frozen=True, slots=True)
class SecondSigner:
    """The authority's own key, where it is on this machine: it signs receipts after the desk."""

    key: SigningKey
    chain: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptIssuer:
    """The desk as issuer of receipts: a key of its own, and the secret that links of offers are made with."""

    key: SigningKey
    chain: tuple[Certificate, ...]
    link_key: bytes

    def valid_at(self, now: datetime) -> bool:
        """Whether what is signed now could be verified (RFC 5280, 6.1)."""
        return all(one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in self.chain)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: issuers, by signed lists or one file, and roots of access certificates."""

    issuers: TrustedIssuers
    access_anchors: tuple[Certificate, ...]
    list_urls: tuple[str, ...] = ()
    list_signers: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What this deployment chose: how answers come back, which grants count, who may play case worker."""

    response_mode: str
    accept_confirmed_at_desk: bool
    demo_roles: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """Clock, randomness, keys, data files, store and peers."""

    clock: Clock
    new_token: Callable[[int], str]
    audit: Audit
    addresses: Addresses
    town: Town
    purposes: Mapping[str, Purpose]
    questions: Mapping[str, DcqlQuery]
    access: Access
    trust: Trust
    policy: Policy
    store: Store
    status_lists: StatusLists
    trust_lists: TrustLists
    revocation_lists: RevocationLists
    authority: AuthorityPeer
    webhooks: Webhooks
    second_signer: SecondSigner | None = None
    receipt_issuer: ReceiptIssuer | None = None
