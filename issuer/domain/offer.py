"""An offer: who may collect what, by which way, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NewType

OfferId = NewType("OfferId", str)
Flow = Literal["pre", "code"]
"""Pre-authorized code, or authorization code with a sign-in on the way (OpenID4VCI 1.0, 4.1.1)."""

OFFER_LIFE = timedelta(minutes=10)
NONCE_LIFE = timedelta(seconds=300)
TX_CODE_LENGTH = 6
TX_CODE_TRIES = 5
BATCH_SIZE = 10
REQUESTS_PER_TOKEN = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """Open: nobody has collected on it yet (OpenID4VCI 1.0, 4.1.1)."""

    id: OfferId
    organisation: str
    persona: str
    configuration_ids: tuple[str, ...]
    needs_tx_code: bool
    expires_at: datetime
    flow: Flow = "pre"
    deferred: bool = False
