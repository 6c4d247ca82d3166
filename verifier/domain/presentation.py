"""One request for credentials and a mandate, from asked to released."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from verifier.domain.mandate import MandateId

PresentationId = NewType("PresentationId", str)

ANSWER_WITHIN = timedelta(minutes=10)
RELEASE_WITHIN = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=60)
KEY_BINDING_AGE = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Requested:
    """Asked; no wallet has answered yet (OpenID4VP 1.0, 13.3)."""

    id: PresentationId
    mandate_id: MandateId
    service: str
    state: str
    nonce: str
    dcql_query: str
    transaction_data: str
    issued_at: datetime
    expires_at: datetime
    request_object: str | None = None

    def is_open(self, *, now: datetime) -> bool:
        """A late answer is no answer."""
        return now < self.expires_at

    def key_binding_window(self, *, now: datetime) -> tuple[datetime, datetime]:
        """When the key-binding JWT may have been signed: lately, and not before we asked (X-12)."""
        return max(self.issued_at - CLOCK_SKEW, now - KEY_BINDING_AGE), now + CLOCK_SKEW

    def answered(self, *, at: datetime, response_code: str, outcome: str) -> "Answered":
        """The first good answer, or a well-formed refusal, ends the request."""
        return Answered(self.id, self.mandate_id, at, response_code, outcome)


@dataclass(frozen=True, slots=True)
class Answered:
    """Closed by an answer; the result waits for the browser that started (OpenID4VP 1.0, 8.2)."""

    id: PresentationId
    mandate_id: MandateId
    answered_at: datetime
    response_code: str
    outcome: str

    @property
    def shared(self) -> bool:
        """Whether the citizen said yes; the only other outcome is a refusal."""
        return self.outcome == SHARED


SHARED = "shared"
NOT_SHARED = "not_shared"


@dataclass(frozen=True, slots=True)
class Released:
    """Claimed by the browser or caller that holds the transaction; nothing follows."""

    id: PresentationId
    mandate_id: MandateId
    service: str
    outcome: str
