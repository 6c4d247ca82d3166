"""What goes into the store and comes out of it, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from consent.ledger import LedgerLine
from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateState, Used

SIGNED = "signed"
CONFIRMED_AT_DESK = "confirmed_at_desk"


@dataclass(frozen=True, slots=True)
class GrantValues:
    """What a grant leaves behind: the proof, the facts shared, and the key that may take it back."""

    transaction_data: str
    evidence: bytes
    presentations: bytes
    grantor_jwk: str
    key_binding_jti: str | None
    retain_until: datetime
    presentations_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResultValues:
    """What a presentation without a mandate leaves behind, for a short time."""

    result: bytes
    retain_until: datetime


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A mandate with the text that was signed and the key that signed it."""

    mandate: MandateState
    service: str
    transaction_data: str
    grantor_jwk: str | None
    kind: str = SIGNED
    confirmed_at: datetime | None = None
    ended_reason: str | None = None
    proposed_at: datetime | None = None

    @property
    def signed(self) -> bool:
        """Whether the citizen's own key signed the text; otherwise the desk says that it was confirmed."""
        return self.kind == SIGNED


@dataclass(frozen=True, slots=True)
class KeptValues:
    """The evidence and the presentations, opened; the presentations go first, as their purpose is reached."""

    evidence: bytes
    presentations: bytes | None


@dataclass(frozen=True, slots=True, repr=False)
class ToldReason:
    """What a citizen told with a no; from whom, nobody knows."""

    text: str
    purpose: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a caller got for an idempotency key, to be given again byte for byte."""

    body_hash: str
    status: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class Spending:
    """One use, complete before the database is asked: decision, answer and the key of the call.

    The receipt is signed inside the transaction, because it names the use's line in the ledger.
    """

    used: Used
    transaction_data: str
    decision: Decision
    key_hash: str
    answer: StoredAnswer
    retain_until: datetime
    receipt: Callable[[LedgerLine], str] | None = None
