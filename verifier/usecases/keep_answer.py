"""What a good answer leaves behind: a grant with its evidence, or a result; closed in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consent.evidence import Evidence
from consent.mandate import DataScope, Mandate, decode_mandate
from consent.purpose import days_of
from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed
from openid4vc.jose import strict_json
from verifier.domain.confirmation import ConfirmedEvidence, sign_confirmation
from verifier.domain.mandate import MandateId, Proposed
from verifier.domain.presentation import RESULT_KEPT, SHARED, Answered, Requested
from verifier.domain.records import GrantValues, RegisterEntry, ResultValues
from verifier.domain.result import shared_claims
from verifier.ports import Ports
from verifier.usecases.advice_in import statement_in
from verifier.usecases.bundle_evidence import bundle_evidence
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.verify_answer import IDENTITY, VerifiedAnswer

ALREADY = "already_answered"


@dataclass(frozen=True, slots=True)
class GoodAnswer:
    """An answer that was verified, as it came in and as it was read; `digest` is over its bytes."""

    requested: Requested
    unverified_vp_token: Mapping[str, Any] = field(repr=False)
    verified: VerifiedAnswer
    digest: str

    def shared(self, *, code: str, now: datetime) -> Answered:
        """The request, closed by it."""
        return self.requested.answered(at=now, response_code=code, outcome=SHARED, digest=self.digest)

    def result(self, claims: Mapping[str, Any], *, now: datetime, **said_too: Any) -> ResultValues:
        """What the caller may read for a short time; of a mandate the checks alone."""
        said = {"claims": claims, "checks": list(self.verified.checks), **said_too}
        return ResultValues(strict_json.dumps_plain(said), now + RESULT_KEPT)

    def apart(self) -> tuple[str, dict[str, str]]:
        """The identity, which is proof, apart from the facts."""
        presentations = {query_id: held[0] for query_id, held in self.unverified_vp_token.items()}
        return presentations.pop(IDENTITY), presentations


def keep_grant(good: GoodAnswer, mandate_id: MandateId, *, ports: Ports, now: datetime) -> Answered:
    """Steps 8 and 9 of docs/flows/mandate.md; only the stored text counts, signed or confirmed."""
    text = good.requested.transaction_data
    if text is not None:
        values = _signed_values(good, text, ports=ports, now=now)
    else:
        values = _confirmed_values(good, find_mandate(mandate_id, now=now, ports=ports), ports=ports)
    answered = good.shared(code=ports.new_token(32), now=now)
    ends = decode_mandate(values.transaction_data).ends()
    granted = Proposed(mandate_id, good.requested.expires_at, ends).granted(at=now)
    if not ports.store.answers.grant(answered, granted, values, good.result({}, now=now)):
        raise CheckFailed(ALREADY, "the request was answered, or this signature was seen before")
    ports.audit("mandate_granted", mandate=mandate_id, request=answered.id, signed=text is not None)
    return answered


def keep_result(good: GoodAnswer, query: DcqlQuery, *, ports: Ports, now: datetime) -> Answered:
    """Step 8 of docs/flows/presentation.md: what was asked, for a short time, sealed."""
    answered = good.shared(code=ports.new_token(32), now=now)
    claims = shared_claims(good.verified.by_query, query)
    statement = statement_in(good.requested, good.verified)
    if not ports.store.answers.submit(answered, good.result(claims, now=now, **statement)):
        raise CheckFailed(ALREADY, "the request was answered")
    ports.audit("presentation_submitted", request=answered.id)
    return answered


def retention_of(mandate: Mandate) -> timedelta:
    """The longest term that the signed text allows for what the act is about, e.g. P30D."""
    return max(_term(scope) for scope in mandate.data)


def evidence_term(mandate: Mandate) -> timedelta:
    """How long the signed text lets us keep what proves the grant: the term of the identity."""
    return max(_term(scope) for scope in mandate.data if scope.query in mandate.credential_ids)


def _term(scope: DataScope) -> timedelta:
    return timedelta(days=days_of(scope.retention))


def _signed_values(good: GoodAnswer, text: str, *, ports: Ports, now: datetime) -> GrantValues:
    """What proves the grant, apart from what was shared with it."""
    if good.verified.identity.jti is None:
        raise CheckFailed("key_binding_jti", "a signed mandate carries a unique jti (P-09)")
    identity, rest = good.apart()
    evidence = Evidence(request_object=_asked(good), transaction_data=text, identity=identity)
    bundle = bundle_evidence(evidence, good.verified.identity, ports=ports, now=now)
    return _values(text, bundle.to_json(), rest, good.verified)


def _confirmed_values(good: GoodAnswer, entry: RegisterEntry, *, ports: Ports) -> GrantValues:
    """The same with the desk's word where the signature would be."""
    if entry.signed or entry.confirmed_at is None:
        raise CheckFailed("not_confirmed", "nobody confirmed this mandate at the desk")
    text = entry.transaction_data
    confirmation = sign_confirmation(
        text,
        nonce=good.requested.nonce,
        confirmed_at=entry.confirmed_at,
        key=ports.access.key,
        chain=ports.access.chain,
    )
    identity, rest = good.apart()
    evidence = ConfirmedEvidence(_asked(good), text, confirmation, identity)
    return _values(text, evidence.to_json(), rest, good.verified)


def _asked(good: GoodAnswer) -> str:
    if good.requested.request_object is None:
        raise CheckFailed("never_asked", "nobody fetched the request that this answers")
    return good.requested.request_object


def _values(text: str, evidence: bytes, rest: dict[str, str], answer: VerifiedAnswer) -> GrantValues:
    holder = answer.identity.holder_key
    if holder is None:
        raise CheckFailed("cnf", "nobody holds the identity")
    mandate = decode_mandate(text)
    return GrantValues(
        transaction_data=text,
        evidence=evidence,
        presentations=strict_json.dumps(rest),
        grantor_jwk=strict_json.dumps(holder.jwk()).decode(),
        key_binding_jti=answer.identity.jti,
        retain_until=mandate.ends() + evidence_term(mandate),
        presentations_until=mandate.ends() + retention_of(mandate),
    )
