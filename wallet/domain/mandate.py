"""A mandate as its grantor sees it; what is true is decided by the register where it lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from wallet.domain.account import AccountId
from wallet.domain.card import CardId
from wallet.domain.request import RequestId

MandateId = NewType("MandateId", str)

READ_AFTER_END = timedelta(days=365)
MANDATE = "mandate"
"""What a mandate is sealed as."""


class MandateState(StrEnum):
    """`not certain` until the register says that it has the grant."""

    NOT_CERTAIN = "not_certain"
    GRANTED = "granted"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    DECLINED = "declined"

    @property
    def may_withdraw(self) -> bool:
        """Also when we are not certain: a citizen who wants to stop must be able to."""
        return self in {MandateState.GRANTED, MandateState.NOT_CERTAIN}


@dataclass(frozen=True, slots=True)
class GrantedMandate:
    """What the citizen keeps of a grant: the signed document, its text, and how to follow it up."""

    id: MandateId
    request_id: RequestId
    document: dict[str, Any]
    text: dict[str, str]
    asker: str
    state_uri: str
    revocation_uri: str
    decision_uri: str
    read_statement: str
    granted_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class SealedMandate:
    """A mandate as the store knows it; its key can sign a withdrawal and nothing else is kept of it."""

    id: MandateId
    account_id: AccountId
    request_id: RequestId
    state: MandateState
    sealed: bytes
    sealed_key: bytes
    granted_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    checked_at: datetime | None = None
    sealed_decision: bytes | None = None
    sealed_receipt_offer: bytes | None = None
    receipt_card_id: CardId | None = None
    sealed_use_receipt: bytes | None = None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the register told about a mandate."""

    state: MandateState
    used_at: datetime | None


def after(state: MandateState, told: MandateState) -> MandateState:
    """A mandate that ended stays ended, whatever a register tells later."""
    return told if state.may_withdraw else state


def decision_uri(revocation_uri: str) -> str:
    """Return where the decision is read, next to where the mandate is withdrawn."""
    return state_uri(revocation_uri) + "/decision"


def state_uri(revocation_uri: str) -> str:
    """Return where the register tells the state of a mandate."""
    return revocation_uri.removesuffix("/revoke")
