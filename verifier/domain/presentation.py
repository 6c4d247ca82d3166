"""One request for credentials, with or without a mandate, from asked to released."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from openid4vc.errors import AccessDenied
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vp.client_id import X509_HASH
from openid4vc.vp.request import DIRECT_POST_JWT
from verifier.domain.mandate import MandateId

PresentationId = NewType("PresentationId", str)

PLAIN = "presentation"
ANSWER_WITHIN = timedelta(minutes=10)
ANSWER_WITHIN_ELSEWHERE = timedelta(minutes=3)
RELEASE_WITHIN = timedelta(minutes=5)
RESULT_KEPT = timedelta(hours=1)
TOLD_KEPT = timedelta(days=30)
MOST_TOLD = 300
CLOCK_SKEW = timedelta(seconds=60)
KEY_BINDING_AGE = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question travels: under which name we ask, and by which way the answer comes back."""

    prefix: str = X509_HASH
    response_mode: str = DIRECT_POST_JWT
    same_device: bool = True

    @property
    def encrypted(self) -> bool:
        """Whether only an encrypted answer counts (OpenID4VP 1.0, 8.3)."""
        return self.response_mode == DIRECT_POST_JWT

    @property
    def answer_within(self) -> timedelta:
        """A code on a screen can be passed on, so it lives shorter (OIA_08d)."""
        return ANSWER_WITHIN if self.same_device else ANSWER_WITHIN_ELSEWHERE


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """The key that the wallet encrypts to: for this request only, gone with its answer (HAIP 1.0, 5)."""

    kid: str
    key: DecryptionKey = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Asked; no wallet has answered yet (OpenID4VP 1.0, 13.3)."""

    id: PresentationId
    state: str
    nonce: str
    dcql_query: str
    issued_at: datetime
    expires_at: datetime
    manner: Manner = Manner()
    mandate_id: MandateId | None = None
    service: str = PLAIN
    transaction_data: str | None = None
    reply_key: ReplyKey | None = None
    request_object: str | None = None
    purpose: str | None = None

    def is_open(self, *, now: datetime) -> bool:
        """A late answer is no answer."""
        return now < self.expires_at

    def key_binding_window(self, *, now: datetime) -> tuple[datetime, datetime]:
        """When the key-binding JWT may have been signed: lately, and not before we asked (X-12)."""
        return max(self.issued_at - CLOCK_SKEW, now - KEY_BINDING_AGE), now + CLOCK_SKEW

    def answered(self, *, at: datetime, response_code: str, outcome: str, digest: str) -> "Answered":
        """The first good answer, or a well-formed refusal, ends the request."""
        return Answered(self.id, self.mandate_id, at, response_code, outcome, digest, self.manner.same_device)


@dataclass(frozen=True, slots=True)
class Answered:
    """Closed by an answer; the result waits for the browser that started (OpenID4VP 1.0, 8.2).

    `digest` is of the very bytes of the answer: a wallet that lost ours and sends them again gets ours again.
    """

    id: PresentationId
    mandate_id: MandateId | None
    answered_at: datetime
    response_code: str = field(repr=False)
    outcome: str
    digest: str
    same_device: bool

    @property
    def shared(self) -> bool:
        """Whether the citizen said yes; the only other outcome is a refusal."""
        return self.outcome == SHARED


def told_with(error: str, description: str) -> str | None:
    """What the citizen chose to tell with a no; any other error is the wallet's own (OpenID4VP 1.0, 8.5)."""
    text = " ".join(description.split())[:MOST_TOLD]
    return text if error == AccessDenied.error and text else None


SHARED = "shared"
NOT_SHARED = "not_shared"


@dataclass(frozen=True, slots=True)
class Released:
    """Claimed by the browser or caller that holds the transaction; nothing follows."""

    id: PresentationId
    mandate_id: MandateId | None
    service: str
    outcome: str
