"""What goes into the store and comes out of it, as values."""

from dataclasses import dataclass
from datetime import datetime

from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateState, Used


@dataclass(frozen=True, slots=True)
class GrantValues:
    """What a grant leaves behind: the proof, the facts shared, and the key that may take it back."""

    evidence: bytes
    presentations: bytes
    grantor_jwk: str
    key_binding_jti: str
    retain_until: datetime


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A mandate with the text that was signed and the key that signed it."""

    mandate: MandateState
    service: str
    transaction_data: str
    grantor_jwk: str | None


@dataclass(frozen=True, slots=True)
class KeptValues:
    """The evidence and the presentations, opened."""

    evidence: bytes
    presentations: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a caller got for an idempotency key, to be given again byte for byte."""

    body_hash: str
    status: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class Spending:
    """One use, complete before the database is asked: decision, answer and the key of the call."""

    used: Used
    transaction_data: str
    decision: Decision
    key_hash: str
    answer: StoredAnswer
    retain_until: datetime
