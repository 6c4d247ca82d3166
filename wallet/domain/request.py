"""A request in progress: somebody asks, the citizen has one answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from wallet.domain.account import AccountId
from wallet.domain.card import CopyId

RequestId = NewType("RequestId", str)


class RequestState(StrEnum):
    """Open, or one of the four outcomes; `not certain` is written before anything is sent."""

    OPEN = "open"
    SHARED = "shared"
    NOT_SHARED = "not_shared"
    FAILED = "failed"
    NOT_CERTAIN = "not_certain"


@dataclass(frozen=True, slots=True)
class Request:
    """The asker's signed bytes with what they must match; verified anew each time they are used.

    `registration_doubt` names the check that its registration certificate failed when it arrived.
    """

    id: RequestId
    client_id: str
    compact: str
    wallet_nonce: str | None
    received_at: datetime
    registration_doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact bytes of one answer, kept until its outcome is known: a retry signs nothing anew."""

    response_uri: str
    form: dict[str, str]


class Trouble(StrEnum):
    """What went wrong after the citizen decided."""

    NOT_SENT = "not_sent"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    STRANGE_RETURN = "strange_return"


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended: where the browser may go on, and what went wrong if anything did."""

    redirect_uri: str | None = None
    trouble: Trouble | None = None
    mandate_id: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SealedRequest:
    """A request as the store knows it; `fingerprint` recognises the same request when it comes back."""

    id: RequestId
    account_id: AccountId
    fingerprint: str
    state: RequestState
    sealed: bytes
    created_at: datetime
    expires_at: datetime
    sealed_answer: bytes | None = None
    sealed_result: bytes | None = None
    sealed_choice: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Sending:
    """Everything that is written before one answer leaves."""

    request_id: RequestId
    account_id: AccountId
    copies: tuple[CopyId, ...]
    sealed_answer: bytes
    at: datetime
