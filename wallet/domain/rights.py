"""What a citizen asked of others about data that were shared, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NewType

from wallet.domain.account import AccountId
from wallet.domain.words import Words

RightsId = NewType("RightsId", str)
SURELY_LOST = timedelta(minutes=10)


class RightsKind(StrEnum):
    """To whom it goes: the organisation that got the data, or who watches over it."""

    DELETION = "deletion"
    REPORT = "report"


class RightsState(StrEnum):
    """`not certain` is written before anything leaves; what is open can still change."""

    NOT_CERTAIN = "not_certain"
    RECEIVED = "received"
    EXTENDED = "extended"
    IN_HAND = "in_hand"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    CLOSED = "closed"
    NOT_TAKEN = "not_taken"

    @property
    def is_open(self) -> bool:
        """Whether there is something to wait for."""
        return self in {self.NOT_CERTAIN, self.RECEIVED, self.EXTENDED, self.IN_HAND}


@dataclass(frozen=True, slots=True)
class Dossier:
    """The sealed part: to whom, where, and the very message; names of fields, no values."""

    who: Words
    address: str
    message: dict[str, Any]
    mandate_id: str | None = None
    entry_id: str | None = None
    purpose: Words | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the other side said last; `doubt` names the check that its answer failed."""

    reference: str | None = None
    due: str | None = None
    extended_because: Words | None = None
    certificate: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SealedRights:
    """A request as the store knows it; `subject` says what it is about without telling."""

    id: RightsId
    account_id: AccountId
    kind: RightsKind
    subject: str
    state: RightsState
    sealed: bytes
    created_at: datetime
    sealed_answer: bytes | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A state with what belongs to it, as it came from outside."""

    state: RightsState
    standing: Standing


def subject_of(kind: RightsKind, about: str) -> str:
    """One open request for each thing that can be asked about."""
    return sha256(f"{kind}/{about}".encode()).hexdigest()


def heard_deletion(member: Mapping[str, Any]) -> Heard | None:
    """Read what a desk says of a request for erasure; None for a state that is not one."""
    states = {
        state.value: state
        for state in (
            RightsState.RECEIVED,
            RightsState.EXTENDED,
            RightsState.GRANTED,
            RightsState.PARTLY,
            RightsState.REFUSED,
        )
    }
    state = states.get(str(member.get("state")))
    if state is None:
        return None
    because = member.get("extended_because")
    words = because if isinstance(because, dict) else {}
    texts = [words.get(lang) for lang in ("nl", "en")]
    return Heard(
        state,
        Standing(
            due=_text(member.get("due")),
            extended_because=Words(*map(str, texts)) if all(isinstance(one, str) for one in texts) else None,
            certificate=_text(member.get("certificate")),
        ),
    )


def heard_report(member: Mapping[str, Any]) -> Heard | None:
    """Read what a supervisor says of a report; None for a state that is not one."""
    states = {state.value: state for state in (RightsState.RECEIVED, RightsState.IN_HAND, RightsState.CLOSED)}
    state = states.get(str(member.get("state")))
    return None if state is None else Heard(state, Standing(reference=_text(member.get("reference"))))


def _text(value: object) -> str | None:
    return value[:20_000] if isinstance(value, str) and value else None
