"""An offer and the token that comes of it: who, what, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

OfferId = NewType("OfferId", str)
TokenId = NewType("TokenId", str)

OFFER_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(seconds=300)
NONCE_LIFE = timedelta(seconds=300)
TX_CODE_LENGTH = 6
TX_CODE_TRIES = 5
BATCH_SIZE = 10
REQUESTS_PER_TOKEN = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """Open: its pre-authorized code has not been used (OpenID4VCI 1.0, 4.1.1)."""

    id: OfferId
    organisation: str
    persona: str
    configuration_ids: tuple[str, ...]
    needs_tx_code: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """What a live access token allows: these configurations of this organisation, for this person."""

    token_id: TokenId
    organisation: str
    persona: str
    configuration_ids: tuple[str, ...]
    expires_at: datetime

    @classmethod
    def from_offer(cls, offer: Offer, *, token_id: TokenId, now: datetime) -> "Grant":
        """Never more than was offered (OpenID4VCI 1.0, 6.1), never longer than five minutes (13.10)."""
        return cls(token_id, offer.organisation, offer.persona, offer.configuration_ids, now + TOKEN_LIFE)
