"""The checks of a grant, step by step: three strings, judged against two lists of trust."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from consent.evidence_document import Evidence
from consent.mandate import Mandate, decode_mandate
from consent.named_check import Passed, nobody_listens
from consent.scope import covers_exactly
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE, moment_of
from openid4vc.sdjwt.disclosure import split_sd_jwt
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from openid4vc.sdjwt.verify import KEY_BINDING_TYP
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP, VerifiedRequest, verify_request_object

STEPS: Final = (
    "signing_time",
    "question",
    "transaction_data",
    "mandate",
    "mandatary",
    "scope",
    "action",
    "term",
    "identity",
    "key_binding",
)
_OF_THE_HOLDER: Final = ("key_binding", "sd_hash", "transaction_data")


@dataclass(frozen=True, slots=True)
class VerifiedEvidence:
    """A grant that holds: who signed what, in answer to whom, and when by the signer's own clock."""

    mandate: Mandate
    identity: VerifiedCredential = field(repr=False)
    request: AuthorizationRequest
    signed_at: datetime


def verify_evidence(
    evidence: Evidence,
    *,
    access_anchors: Sequence[x509.Certificate],
    trusted: TrustedIssuers,
    expected_action: str,
    now: datetime,
    passed: Passed = nobody_listens,
) -> VerifiedEvidence:
    """Verify a grant offline, as of the moment of signing; CheckFailed or Malformed for every refusal.

    Years later certificates have expired, so everything is judged at the time that the key binding
    names. No outside time stamp proves that time. Whether the mandate is still in force
    (`Mandate.permits`), spent or withdrawn, and the credential's status, are the caller's. `passed` hears
    each of STEPS that holds, in that order.
    """
    signed_at = _unverified_signing_time(evidence)
    if signed_at > now + CLOCK_TOLERANCE:
        raise CheckFailed("evidence_time", "signed in the future")
    passed("signing_time", signed_at.isoformat())
    # 1. The question: who asked, with a certificate that held at that time.
    verified = _verify_question(evidence.request_object, access_anchors, at=signed_at)
    passed("question", verified.request.client_id)
    # 2. The mandate is the only one in the question, byte for byte, and means one thing.
    mandate = _mandate_in(evidence, verified.request, passed)
    # 3. Who asked is who may act, for the data that were asked, for this action, in time.
    _check_mandate(mandate, verified, expected_action, signed_at, passed)
    # 4. The answer: the citizen's key signed this mandate for this question.
    identity = _verify_answer(evidence, mandate, verified.request, trusted, signed_at, passed)
    return VerifiedEvidence(mandate, identity, verified.request, signed_at)


def _unverified_signing_time(evidence: Evidence) -> datetime:
    """The time in the key binding; step 4 verifies the signature over it."""
    key_binding = split_sd_jwt(evidence.identity).key_binding_jwt
    if key_binding is None:
        raise CheckFailed("evidence_key_binding", "nobody signed the mandate")
    moment = moment_of(parse_jws(key_binding, expected_typ=KEY_BINDING_TYP).claims(), "iat")
    if moment is None:
        raise CheckFailed("evidence_time", "the key binding names no time")
    return moment


def _verify_question(compact: str, anchors: Sequence[x509.Certificate], *, at: datetime) -> VerifiedRequest:
    """Nobody outside the request object says who asked, so its own client_id is held to its certificate."""
    client_id = parse_jws(compact, expected_typ=REQUEST_OBJECT_TYP).claims().get("client_id")
    if not isinstance(client_id, str):
        raise Malformed("a request object without client_id")
    try:
        return verify_request_object(
            compact, expected_client_id=client_id, expected_wallet_nonce=None, anchors=anchors, now=at
        )
    except ProtocolError as cause:
        raise CheckFailed("evidence_request", "the question is not one that a wallet may answer") from cause


def _mandate_in(evidence: Evidence, request: AuthorizationRequest, passed: Passed) -> Mandate:
    if request.transaction_data != (evidence.transaction_data,):
        raise CheckFailed("evidence_transaction_data", "the question does not hold this mandate alone")
    passed("transaction_data", "")
    try:
        mandate = decode_mandate(evidence.transaction_data)
    except ProtocolError as cause:
        raise CheckFailed("evidence_mandate", "the transaction data are not a mandate") from cause
    passed("mandate", mandate.mandate_id)
    return mandate


def _check_mandate(
    mandate: Mandate, verified: VerifiedRequest, expected_action: str, signed_at: datetime, passed: Passed
) -> None:
    if certificate_names(verified.chain.leaf).identifier != mandate.mandatary.id:
        raise CheckFailed("evidence_mandatary", "somebody else asked than who may act")
    passed("mandatary", mandate.mandatary.id)
    if not covers_exactly(mandate, verified.request.dcql_query):
        raise CheckFailed("evidence_scope", "the question asks for other data than the mandate names")
    passed("scope", "")
    if expected_action not in mandate.actions:
        raise CheckFailed("evidence_action", "the mandate does not allow this action")
    passed("action", expected_action)
    if not mandate.starts() - CLOCK_TOLERANCE <= signed_at < mandate.ends():
        raise CheckFailed("evidence_time", "signed outside the term of the mandate")
    passed("term", "")


def _verify_answer(
    evidence: Evidence,
    mandate: Mandate,
    request: AuthorizationRequest,
    trusted: TrustedIssuers,
    at: datetime,
    passed: Passed,
) -> VerifiedCredential:
    """Issuer and holder are judged in one go; who fails tells which of the two steps was reached."""
    wanted = request.dcql_query.query(mandate.credential_ids[0])
    if wanted is None:
        raise CheckFailed("evidence_query", "the credential that signs was not asked")
    binding = KeyBinding(
        expected_audience=request.client_id,
        expected_nonce=request.nonce,
        expected_transaction_data=(evidence.transaction_data,),
        not_before=request.issued_at - timedelta(seconds=60),
        not_after=request.expires_at + timedelta(seconds=60),
    )
    try:
        identity = verify_presentation(
            evidence.identity,
            trusted=trusted,
            expected_vcts=wanted.vct_values,
            expected_binding=binding,
            now=at,
        )
    except CheckFailed as refusal:
        if refusal.check.startswith(_OF_THE_HOLDER):
            passed("identity", "")
        raise
    passed("identity", identity.issuer.id)
    passed("key_binding", "")
    return identity
