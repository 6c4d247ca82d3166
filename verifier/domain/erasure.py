"""What a request for erasure may take away of one mandate, and what the law keeps: names, no values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from consent.erasure_grounds import Ground
from consent.ledger import LedgerLine
from consent.legal_clock import LegalClock
from consent.mandate import Mandate
from consent.purpose import KeptByLaw
from consent.rights import ErasedItem, ErasureCertificate, KeptItem
from consent.transaction_log import NATIONAL_NUMBER, Identifier
from consent.use_receipt import digest_of
from consent.wording import path_name
from openid4vc.jose.numeric_date import to_numeric_date

EVIDENCE, DECISION, COPIES, PRESENTATIONS = "evidence", "decision", "answer_copies", "presentations"


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in the database about one mandate at this moment, opened, and until when it would stay."""

    presentations: Mapping[str, str] | None
    evidence_until: datetime | None
    decision_until: datetime | None
    copies: int


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """Which groups of values go, and both lists as the certificate names them."""

    groups: frozenset[str]
    erased: tuple[ErasedItem, ...]
    kept: tuple[KeptItem, ...]

    @property
    def decision(self) -> Literal["granted", "partly", "refused"]:
        """In one word; nothing erased is a refusal."""
        if not self.erased:
            return "refused"
        return "partly" if self.kept else "granted"


@dataclass(frozen=True, slots=True)
class DeletionEntry:
    """A request as it stands in the inbox."""

    id: str
    mandate_id: str
    request: bytes
    received_at: datetime
    extended_at: datetime | None = None
    extended_because: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    certificate: str | None = None

    def clock(self) -> LegalClock:
        """A month from when it came in, or three (AVG 12(3))."""
        return LegalClock(self.received_at, extended=self.extended_at is not None)

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.decided_at is None


@dataclass(frozen=True, slots=True)
class Answering:
    """One answer, ready before the database is asked; what is held is known inside the transaction."""

    request_id: str
    mandate_id: str
    at: datetime
    ground: str | None
    plan: Callable[[Held], ErasurePlan]
    sign: Callable[[ErasurePlan, LedgerLine], str]


def plan_erasure(mandate: Mandate, held: Held, *, duties: Sequence[KeptByLaw]) -> ErasurePlan:
    """Everything goes for which the purpose names no duty to keep it; what is gone already is named too."""
    by_law: dict[str, KeptByLaw] = {duty.what: duty for duty in duties}
    groups, erased, kept = {PRESENTATIONS, COPIES}, list(_shared(mandate, held)), []
    if held.copies:
        erased.append(ErasedItem(what=COPIES, fields=(DECISION,)))
    for what, until, fields in _papers(mandate, held):
        duty = by_law.get(what)
        if duty is None or until is None:
            groups.add(what)
            erased.append(ErasedItem(what=what, fields=fields, earlier=None if until else True))
        else:
            seconds = to_numeric_date(until)
            kept.append(KeptItem(what=what, rule=duty.rule, why=duty.why, until=seconds, fields=fields))
    return ErasurePlan(frozenset(groups), tuple(erased), tuple(kept))


def plan_refusal(mandate: Mandate, held: Held, *, rule: KeptByLaw) -> ErasurePlan:
    """Nothing goes; everything that is still there is named under the ground of the refusal."""
    kept = [
        KeptItem(what=item.what, rule=rule.rule, why=rule.why, fields=item.fields)
        for item in _shared(mandate, held)
        if not item.earlier
    ]
    kept += [
        KeptItem(what=what, rule=rule.rule, why=rule.why, until=to_numeric_date(until), fields=fields)
        for what, until, fields in _papers(mandate, held)
        if until is not None
    ]
    return ErasurePlan(frozenset(), (), tuple(kept))


def certificate_of(
    entry: DeletionEntry, plan: ErasurePlan, line: LedgerLine, *, mandate: Mandate, because: Ground | None
) -> ErasureCertificate:
    """What the desk signs: both lists, the term and whether it was kept, and the line in the ledger."""
    clock = entry.clock()
    return ErasureCertificate(
        request_id=entry.id,
        decided_at=to_numeric_date(line.at),
        decision=plan.decision,
        erased=plan.erased,
        kept=plan.kept,
        reason=None if because is None else because.text,
        ground=None if because is None else because.code,
        mandate_id=entry.mandate_id,
        party_identifier=Identifier(type=NATIONAL_NUMBER, identifier=mandate.mandatary.id),
        party_name=mandate.mandatary.name,
        received_at=to_numeric_date(entry.received_at),
        due=clock.due.isoformat(),
        late=True if clock.is_late(line.at) else None,
        ledger_seq=line.seq,
        ledger_hash=line.hash,
    )


def _shared(mandate: Mandate, held: Held) -> list[ErasedItem]:
    """The cards beside the identity, by query, each with the hash of the bytes that were sent."""
    there = held.presentations or {}
    return [
        ErasedItem(
            what=scope.query,
            fields=tuple(path_name(path) for path in scope.paths),
            sha256=digest_of(there[scope.query]) if scope.query in there else None,
            earlier=None if scope.query in there else True,
        )
        for scope in mandate.data
        if scope.query not in mandate.credential_ids
    ]


def _papers(mandate: Mandate, held: Held) -> list[tuple[str, datetime | None, tuple[str, ...]]]:
    """The proof of the grant, in which the identity lies, and the decision where there was one."""
    identity = tuple(
        path_name(path)
        for scope in mandate.data
        if scope.query in mandate.credential_ids
        for path in scope.paths
    )
    papers = [(EVIDENCE, held.evidence_until, identity)]
    if held.decision_until is not None:
        papers.append((DECISION, held.decision_until, ("outcome", "steps")))
    return papers
