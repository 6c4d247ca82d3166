"""The authority: believe nothing of the desk, verify everything, then spend and decide in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from chassis.tokens import token_hash
from consent.evidence import EvidenceBundle
from consent.mandate import decode_mandate
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose import strict_json
from verifier.domain.averaging import decide_averaging
from verifier.domain.decision import Decision
from verifier.domain.filing import Filing, require_idempotency_key
from verifier.domain.mandate import MandateId, require_granted, state_name
from verifier.domain.presentation import CLOCK_SKEW
from verifier.domain.records import RegisterEntry, Spending, StoredAnswer
from verifier.domain.refusals import (
    EvidenceRejected,
    IdempotencyKeyReused,
    MandateAlreadyUsed,
    NotCheckedNow,
)
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.judge_evidence import (
    AUTHORITY,
    AnyEvidence,
    VerifiedGrant,
    judge_evidence,
    read_evidence,
)
from verifier.usecases.keep_answer import retention_of
from verifier.usecases.receive_presentation import check_name
from verifier.usecases.sign_receipt import receipt_signer
from verifier.usecases.verify_answer import IDENTITY, NOT_TO_BE_HAD, Expected, VerifiedAnswer, verify_answer

ASSESSMENT = "assessment_"
OK = 200


@dataclass(frozen=True, slots=True)
class _Call:
    """Which call this is, so that a repeated one can be told from a second one."""

    key_hash: str
    body_hash: str


def decide_request(filing: Filing, *, idempotency_key: str | None, ports: Ports) -> StoredAnswer:
    """Steps 4 to 8 of docs/flows/acting.md; the answer of an equal earlier call is given byte for byte."""
    now = ports.clock()
    key = require_idempotency_key(idempotency_key)
    call = _Call(token_hash(f"{AUTHORITY}/{key}"), sha256(filing.body).hexdigest())
    stored = ports.store.register.stored_answer(call.key_hash)
    if stored is not None:
        return _same_call(stored, call)
    try:
        return _decide(filing, call, now=now, ports=ports)
    except MandateAlreadyUsed:
        stored = ports.store.register.stored_answer(call.key_hash)
        if stored is None:
            raise
        return _same_call(stored, call)


def _decide(filing: Filing, call: _Call, *, now: datetime, ports: Ports) -> StoredAnswer:
    """Verify, ask the law, spend; only the last step changes anything."""
    try:
        evidence = read_evidence(filing.unverified_evidence)
        entry = _entry_of(evidence, now=now, ports=ports)
        verified = judge_evidence(evidence, entry, ports=ports, now=now)
        answer = _verify_facts(verified, evidence, filing, now=now, ports=ports)
    except (CheckFailed, Malformed, ProtocolError) as cause:
        check = check_name(cause)
        ports.audit("evidence_rejected", check=check)
        raise (NotCheckedNow if check in NOT_TO_BE_HAD else EvidenceRejected) from cause
    outcome = decide_averaging(_assessments(answer), requested_on=now.date())
    spending = _spending(entry, verified, outcome, call, now=now)
    signer = receipt_signer(verified.mandate, ports=ports, now=now)
    return _spend(replace(spending, receipt=signer), call, ports=ports)


def _entry_of(evidence: AnyEvidence, *, now: datetime, ports: Ports) -> RegisterEntry:
    """A mandate that is not open any more is told so at once; whether it is spent is decided later."""
    claimed = decode_mandate(evidence.transaction_data)
    entry = find_mandate(claimed.mandate_id, now=now, ports=ports)
    require_granted(entry.mandate)
    if entry.transaction_data != evidence.transaction_data:
        raise CheckFailed("mandate_text", "the register holds another text for this mandate")
    return entry


def _verify_facts(
    verified: VerifiedGrant, evidence: AnyEvidence, filing: Filing, *, now: datetime, ports: Ports
) -> VerifiedAnswer:
    """All presentations anew against the signed question, status and person included."""
    request = verified.request
    if IDENTITY in filing.unverified_presentations:
        raise CheckFailed("identity_twice", "the identity belongs to the evidence")
    expected = Expected(
        query=request.dcql_query,
        audience=request.client_id,
        nonce=request.nonce,
        transaction_data=evidence.transaction_data if isinstance(evidence, EvidenceBundle) else None,
        signed_between=(request.issued_at - CLOCK_SKEW, request.expires_at + CLOCK_SKEW),
        for_mandate=True,
    )
    presentations = {IDENTITY: evidence.identity, **filing.unverified_presentations}
    vp_token = {query_id: [presentation] for query_id, presentation in presentations.items()}
    return verify_answer(vp_token, expected=expected, ports=ports, now=now)


def _assessments(answer: VerifiedAnswer) -> list[Mapping[str, Any]]:
    return [found.claims for query_id, found in answer.each() if query_id.startswith(ASSESSMENT)]


def _spending(
    entry: RegisterEntry, verified: VerifiedGrant, outcome: dict[str, Any], call: _Call, *, now: datetime
) -> Spending:
    """The whole effect, ready before the database is asked."""
    used = require_granted(entry.mandate).used(at=now)
    told = {"id": used.id, "state": state_name(used), "kind": entry.kind}
    body = {"mandate": told, "decision": outcome}
    answer = StoredAnswer(call.body_hash, OK, strict_json.dumps(body))
    return Spending(
        used=used,
        transaction_data=entry.transaction_data,
        decision=Decision(MandateId(used.id), now, outcome),
        key_hash=call.key_hash,
        answer=answer,
        retain_until=verified.mandate.ends() + retention_of(verified.mandate),
    )


def _spend(spending: Spending, call: _Call, *, ports: Ports) -> StoredAnswer:
    """Exactly one caller gets past the statement; the others learn what happened instead."""
    stored = ports.store.register.spend(spending)
    if stored is None:
        after = find_mandate(spending.used.id, now=spending.used.used_at, ports=ports)
        require_granted(after.mandate).used(at=spending.used.used_at)
        raise EvidenceRejected
    if stored is spending.answer:
        ports.audit("mandate_used", mandate=spending.used.id)
    return _same_call(stored, call)


def _same_call(stored: StoredAnswer, call: _Call) -> StoredAnswer:
    if stored.body_hash != call.body_hash:
        raise IdempotencyKeyReused
    return stored
