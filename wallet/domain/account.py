"""Who owns what is in the wallet: names, PINs and how often a PIN may be guessed."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from wallet.domain.refusals import NameUnusable, PinTooEasy, PinUnusable

AccountId = NewType("AccountId", str)
NameKey = NewType("NameKey", str)

TRIES_PER_ROUND = 5
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=24))

_PIN = re.compile(r"[0-9]{6}")
_RUNS = ("0123456789", "9876543210", "1234567890", "0987654321")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """One citizen's account; the data key in it opens with the PIN only."""

    id: AccountId
    name_key: NameKey
    salt: bytes
    wrapped_data_key: bytes
    sealed_name: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class KeptSession:
    """Whose session it is, the view key that only its token opens, and how long it may rest if so set."""

    account_id: AccountId
    sealed_view_key: bytes
    idle_seconds: int | None = None


def tidy_name(name: str) -> str:
    """Return the name as it is shown (NFC, spaces folded); NameUnusable for what cannot be read aloud."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 2 <= len(tidy) <= _LONGEST_NAME:
        raise NameUnusable
    if any(unicodedata.category(mark) in {"Cc", "Cf", "Co", "Cs", "Cn"} for mark in tidy):
        raise NameUnusable
    return tidy


def name_key(name: str, *, pepper: bytes) -> NameKey:
    """Return the name as the store knows it: a keyed hash, so that the database lists no people."""
    folded = unicodedata.normalize("NFKC", " ".join(name.split())).casefold()
    return NameKey(hmac.digest(pepper, b"name\x00" + folded.encode(), "sha256").hex())


def require_pin(pin: str) -> str:
    """Return a PIN fit for a new account; PinUnusable or PinTooEasy otherwise."""
    if not _PIN.fullmatch(pin):
        raise PinUnusable
    if _easy(pin):
        raise PinTooEasy
    return pin


def _easy(pin: str) -> bool:
    """One or two different digits, a run up or down, or a part that repeats."""
    return len(set(pin)) <= 2 or any(pin in run for run in _RUNS) or pin[:3] == pin[3:] or pin == pin[:2] * 3


def wait_after(failures: int) -> timedelta | None:
    """Say how long an account rests after this many wrong tries in a row; None while a round is open."""
    rounds, left = divmod(failures, TRIES_PER_ROUND)
    if left or not rounds:
        return None
    return WAITS[min(rounds, len(WAITS)) - 1]
