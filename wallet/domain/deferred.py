"""A card that is promised for later: its keys are made and proven, the card itself is not ready."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from openid4vc.jose.keys import PublicKey
from wallet.domain.access import AccessId
from wallet.domain.account import AccountId
from wallet.domain.card import CopyId, Organisation, SealedCard, SealedCopy
from wallet.domain.history import SealedLine
from wallet.domain.source import OfferedCard

DeferredId = NewType("DeferredId", str)

LONGEST_INTERVAL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WaitingKey:
    """A holder key without its private half, which is sealed under the PIN and waits beside it."""

    copy_id: CopyId
    jwk: dict[str, str]
    sealed_key: str

    @property
    def holder(self) -> PublicKey:
        """What a copy must be bound to."""
        return PublicKey.from_jwk(self.jwk)


@dataclass(frozen=True, slots=True)
class DeferredCard:
    """What was asked and promised (OpenID4VCI 1.0, 9)."""

    id: DeferredId
    issuer: Organisation
    card: OfferedCard
    transaction_id: str
    keys: tuple[WaitingKey, ...]
    promised_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class SealedDeferred:
    """A promise as the store knows it; before `ready_at` the issuer is left in peace."""

    id: DeferredId
    account_id: AccountId
    access_id: AccessId
    sealed: bytes
    created_at: datetime
    ready_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Fulfilment:
    """A promise that was kept: the card with its copies takes its place."""

    deferred_id: DeferredId
    account_id: AccountId
    card: SealedCard
    copies: tuple[SealedCopy, ...]
    line: SealedLine


def pause(interval: int) -> timedelta:
    """How long to wait before asking again; no organisation makes us wait for ever."""
    return min(timedelta(seconds=interval), LONGEST_INTERVAL)
