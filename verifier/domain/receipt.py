"""The receipt of a grant as a credential that the desk issues: addresses, numbers, what is kept of it."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from consent.receipts import receipt_vct
from openid4vc.jose import base64url
from openid4vc.sdjwt.vc import StatusReference
from verifier.domain.mandate import MandateId

CONFIGURATION = "mandate-receipt"
TENANT = "receipts"
CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(minutes=5)
NONCE_LIFE = timedelta(minutes=5)
LIST_ENTRIES = 1 << 16
"""Places in one list: large, so that an index says nothing (Token Status List, 13.2)."""
FILL_LIMIT = LIST_ENTRIES // 2
"""A list takes no new receipt beyond this, so that a random place is found at once."""
BITS = 1
TTL = timedelta(seconds=900)
LIST_LIFE = timedelta(hours=24)
PROOF = "proof"

Draw = Callable[[int], int]
"""Gives a random number below its argument."""


@dataclass(frozen=True, slots=True)
class ReceiptAddresses:
    """One spelling per identifier: documents and tokens compare them byte by byte (RFC 8414, 3.3)."""

    own: str

    @property
    def credential_issuer(self) -> str:
        """Credential issuer identifier, authorization server issuer and `iss`: the same string."""
        return f"{self.own}/{TENANT}"

    @property
    def vct(self) -> str:
        """The type of the receipts, and where its metadata is served."""
        return receipt_vct(self.own)

    def endpoint(self, name: str) -> str:
        """One of token, nonce, credential, notification, jwks and statuslists."""
        return f"{self.credential_issuer}/{name}"

    def status_list(self, number: int) -> str:
        """`uri` in the credential and `sub` of the list, string-equal (Token Status List, 5.1)."""
        return f"{self.endpoint('statuslists')}/{number}"

    def offer(self, mandate_id: str, secret: str) -> str:
        """Where the offer of one receipt is fetched (OpenID4VCI 1.0, 4.1.3)."""
        return f"{self.endpoint('offers')}/{mandate_id}/{secret}"

    def revocation(self, mandate_id: str) -> str:
        """Where a mandate is taken back; it stands in the signed mandate."""
        return f"{self.own}/mandates/{mandate_id}/revoke"


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """What the register knows of the receipt of one mandate; no key and no credential."""

    mandate_id: MandateId
    list_number: int | None
    idx: int | None
    holder: str | None
    issued_at: datetime | None
    kept_at: datetime | None

    def place(self, addresses: ReceiptAddresses) -> StatusReference | None:
        """Where its status is kept; none before the first credential was made."""
        if self.list_number is None or self.idx is None:
            return None
        return StatusReference(addresses.status_list(self.list_number), self.idx)


@dataclass(frozen=True, slots=True)
class Issuing:
    """One credential that is about to be signed: for whom, under which token, to which key."""

    token_hash: str
    holder: str
    notification_hash: str


def offer_secret(key: bytes, mandate_id: str) -> str:
    """What only the wallet and the browser of the grant are told; nothing is kept to know it again."""
    return base64url.encode(hmac.digest(key, f"receipt/{mandate_id}".encode(), sha256))


def withdrawal_purpose(mandate_id: str) -> str:
    """A nonce to withdraw one mandate with is good for no other."""
    return f"revoke/{mandate_id}"
