"""The case worker answers a request for erasure: longer, granted, or refused with a reason of the law."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from consent.erasure import sign_erasure_certificate
from consent.erasure_grounds import EXTENSIONS, REFUSALS, Ground
from consent.ledger import LedgerLine
from consent.mandate import Mandate, decode_mandate
from consent.purpose import KeptByLaw
from consent.rights import DeletionRequest
from verifier.domain.erasure import (
    Answering,
    DeletionEntry,
    ErasurePlan,
    Held,
    certificate_of,
    plan_erasure,
    plan_refusal,
)
from verifier.domain.mandate import Granted
from verifier.domain.records import RegisterEntry
from verifier.domain.rights_refusals import (
    GroundUnknown,
    MandateStillActive,
    RightsRequestClosed,
    TermAlreadyExtended,
)
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.receive_deletion_request import read_deletion_request

Planner: TypeAlias = Callable[[Held], ErasurePlan]


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A request with what the case worker must know: what is held, and what an answer would do."""

    entry: DeletionEntry
    request: DeletionRequest
    mandate: Mandate
    active: bool
    plan: ErasurePlan


def open_inbox_item(request_id: str, *, ports: Ports) -> InboxItem:
    """One request; the plan is what granting would do at this moment."""
    entry = read_deletion_request(request_id, ports=ports)
    found = find_mandate(entry.mandate_id, now=ports.clock(), ports=ports)
    mandate = decode_mandate(found.transaction_data)
    held = ports.store.deletion_requests.held(entry.mandate_id)
    return InboxItem(
        entry=entry,
        request=DeletionRequest.from_json(entry.request),
        mandate=mandate,
        active=isinstance(found.mandate, Granted),
        plan=plan_erasure(mandate, held, duties=_duties(found, ports)),
    )


def extend_term(request_id: str, *, because: str, ports: Ports) -> None:
    """Once, within the first month, and told to the citizen with the reason (AVG 12(3))."""
    now, entry = ports.clock(), read_deletion_request(request_id, ports=ports)
    if because not in EXTENSIONS:
        raise GroundUnknown
    if not entry.is_open:
        raise RightsRequestClosed
    try:
        entry.clock().extend(now)
    except ValueError as cause:
        raise TermAlreadyExtended from cause
    if not ports.store.deletion_requests.extend(request_id, because=because, at=now):
        raise TermAlreadyExtended
    ports.audit("deletion_extended", request=request_id, reason=because)


def grant_erasure(request_id: str, *, ports: Ports) -> str:
    """Erase what no duty keeps; never what a mandate that can still be used needs."""
    now, entry = ports.clock(), read_deletion_request(request_id, ports=ports)
    found = find_mandate(entry.mandate_id, now=now, ports=ports)
    if isinstance(found.mandate, Granted):
        raise MandateStillActive
    mandate, duties = decode_mandate(found.transaction_data), _duties(found, ports)

    def plan(held: Held) -> ErasurePlan:
        return plan_erasure(mandate, held, duties=duties)

    return _answer(entry, None, plan, mandate=mandate, ports=ports)


def refuse_erasure(request_id: str, *, ground: str, ports: Ports) -> str:
    """Nothing is erased; the reason is one that the law knows."""
    now, entry = ports.clock(), read_deletion_request(request_id, ports=ports)
    reason = REFUSALS.get(ground)
    if reason is None:
        raise GroundUnknown
    found = find_mandate(entry.mandate_id, now=now, ports=ports)
    mandate = decode_mandate(found.transaction_data)
    rule = KeptByLaw(what="evidence", rule=reason.rule, why=reason.text)

    def plan(held: Held) -> ErasurePlan:
        return plan_refusal(mandate, held, rule=rule)

    return _answer(entry, reason, plan, mandate=mandate, ports=ports)


def _duties(found: RegisterEntry, ports: Ports) -> tuple[KeptByLaw, ...]:
    purpose = ports.purposes.get(found.service)
    return () if purpose is None else purpose.keeps


def _answer(
    entry: DeletionEntry, because: Ground | None, plan: Planner, *, mandate: Mandate, ports: Ports
) -> str:
    """One transaction decides between two case workers; the certificate names its own line."""
    now = ports.clock()

    def sign(made: ErasurePlan, line: LedgerLine) -> str:
        certificate = certificate_of(entry, made, line, mandate=mandate, because=because)
        return sign_erasure_certificate(certificate, key=ports.access.key, chain=ports.access.chain)

    answering = Answering(
        request_id=entry.id,
        mandate_id=entry.mandate_id,
        at=now,
        ground=None if because is None else because.code,
        plan=plan,
        sign=sign,
    )
    certificate = ports.store.deletion_requests.answer(answering)
    if certificate is None:
        raise RightsRequestClosed
    ports.audit("deletion_answered", request=entry.id, granted=because is None)
    return certificate
