"""The weaker proof: the desk says, signed, that a text was confirmed; the wallet signed only the data.

Whoever reads it must trust the desk for the one thing that a signed mandate proves by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from cryptography import x509

from consent.mandate import Mandate, decode_mandate
from consent.scope import covers_exactly
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE, moment_of, to_numeric_date
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP, VerifiedRequest, verify_request_object

CONFIRMED_EVIDENCE: Final = "urn:eenmalig:evidence:confirmed-at-desk:1"
CONFIRMATION_TYP: Final = "eenmalig-confirmation+jwt"
SKEW = timedelta(seconds=60)
_TEXTS: Final = ("request_object", "transaction_data", "confirmation", "identity")


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmedEvidence:
    """The signed question, the mandate as encoded, the desk's word, and the plain answer of the identity."""

    request_object: str
    transaction_data: str
    confirmation: str
    identity: str

    def to_json(self) -> bytes:
        """Compact JSON; its type says that nobody but the desk vouches for the consent."""
        return strict_json.dumps(
            {"type": CONFIRMED_EVIDENCE} | {name: getattr(self, name) for name in _TEXTS}
        )

    @classmethod
    def from_json(cls, data: bytes) -> "ConfirmedEvidence":
        """Read what `to_json` wrote; a missing, unknown or wrong member is Malformed."""
        members = strict_json.loads_object(data)
        if members.pop("type", None) != CONFIRMED_EVIDENCE or set(members) != set(_TEXTS):
            raise Malformed("not the members of this evidence")
        if not all(isinstance(text, str) for text in members.values()):
            raise Malformed("a member of the evidence is not text")
        return cls(**members)


@dataclass(frozen=True, slots=True)
class VerifiedConfirmation:
    """A confirmed grant that holds as far as it can: what was confirmed is the desk's word."""

    mandate: Mandate
    identity: VerifiedCredential = field(repr=False)
    request: AuthorizationRequest
    confirmed_at: datetime


def sign_confirmation(
    encoded: str, *, nonce: str, confirmed_at: datetime, key: SigningKey, chain: Sequence[x509.Certificate]
) -> str:
    """The desk's word about one text and one question, under its access certificate."""
    claims = {
        "mandate_sha256": _digest(encoded),
        "mandate_id": decode_mandate(encoded).mandate_id,
        "nonce": nonce,
        "confirmed_at": to_numeric_date(confirmed_at),
    }
    return sign_jws(claims, typ=CONFIRMATION_TYP, key=key, header={"x5c": encode_x5c(chain)})


def verify_confirmation(
    evidence: ConfirmedEvidence,
    *,
    access_anchors: Sequence[x509.Certificate],
    trusted: TrustedIssuers,
    expected_action: str,
    now: datetime,
) -> VerifiedConfirmation:
    """Verify a confirmed grant, as of its confirmation; CheckFailed or Malformed for every refusal."""
    confirmed_at = _unverified_time(evidence)
    if confirmed_at > now + CLOCK_TOLERANCE:
        raise CheckFailed("confirmation_time", "confirmed in the future")
    # 1. The question: who asked, with a certificate that held when the text was confirmed.
    asked = _verify_question(evidence.request_object, access_anchors, at=confirmed_at)
    # 2. The desk's word: by the key that asked, about this text and this question.
    _verify_word(evidence, asked)
    # 3. The mandate: who asked is who may act, for the data that were asked, for this action, in time.
    mandate = _verify_mandate(evidence.transaction_data, asked, expected_action, confirmed_at)
    # 4. The answer: the citizen's key answered this question, and nothing beside it.
    identity = _verify_identity(evidence.identity, mandate, asked.request, trusted, at=confirmed_at)
    return VerifiedConfirmation(mandate, identity, asked.request, confirmed_at)


def _unverified_time(evidence: ConfirmedEvidence) -> datetime:
    claims = parse_jws(evidence.confirmation, expected_typ=CONFIRMATION_TYP).claims()
    moment = moment_of(claims, "confirmed_at")
    if moment is None:
        raise CheckFailed("confirmation_time", "the confirmation names no time")
    return moment


def _verify_question(compact: str, anchors: Sequence[x509.Certificate], *, at: datetime) -> VerifiedRequest:
    """The question carries no transaction data: with them the stronger evidence would be there."""
    client_id = parse_jws(compact, expected_typ=REQUEST_OBJECT_TYP).claims().get("client_id")
    if not isinstance(client_id, str):
        raise Malformed("a request object without client_id")
    try:
        asked = verify_request_object(
            compact, expected_client_id=client_id, expected_wallet_nonce=None, anchors=anchors, now=at
        )
    except ProtocolError as cause:
        raise CheckFailed("evidence_request", "the question is not one that a wallet may answer") from cause
    if asked.request.transaction_data:
        raise CheckFailed("evidence_transaction_data", "a question with a mandate is answered by a signature")
    return asked


def _verify_word(evidence: ConfirmedEvidence, asked: VerifiedRequest) -> None:
    unverified = parse_jws(evidence.confirmation, expected_typ=CONFIRMATION_TYP)
    claims = verify_jws(unverified, key=asked.chain.key, check="confirmation_signature").claims
    if claims.get("mandate_sha256") != _digest(evidence.transaction_data):
        raise CheckFailed("confirmation_text", "another text was confirmed")
    if claims.get("nonce") != asked.request.nonce:
        raise CheckFailed("confirmation_nonce", "confirmed for another question")


def _verify_mandate(
    encoded: str, asked: VerifiedRequest, expected_action: str, confirmed_at: datetime
) -> Mandate:
    try:
        mandate = decode_mandate(encoded)
    except ProtocolError as cause:
        raise CheckFailed("evidence_mandate", "the text is not a mandate") from cause
    if certificate_names(asked.chain.leaf).identifier != mandate.mandatary.id:
        raise CheckFailed("evidence_mandatary", "somebody else asked than who may act")
    if not covers_exactly(mandate, asked.request.dcql_query):
        raise CheckFailed("evidence_scope", "the question asks for other data than the mandate names")
    if expected_action not in mandate.actions:
        raise CheckFailed("evidence_action", "the mandate does not allow this action")
    if not mandate.starts() - CLOCK_TOLERANCE <= confirmed_at < mandate.ends():
        raise CheckFailed("confirmation_time", "confirmed outside the term of the mandate")
    return mandate


def _verify_identity(
    identity: str,
    mandate: Mandate,
    request: AuthorizationRequest,
    trusted: TrustedIssuers,
    *,
    at: datetime,
) -> VerifiedCredential:
    wanted = request.dcql_query.query(mandate.credential_ids[0])
    if wanted is None:
        raise CheckFailed("evidence_query", "the identity was not asked")
    binding = KeyBinding(
        expected_audience=request.client_id,
        expected_nonce=request.nonce,
        not_before=request.issued_at - SKEW,
        not_after=request.expires_at + SKEW,
    )
    return verify_presentation(
        identity, trusted=trusted, expected_vcts=wanted.vct_values, expected_binding=binding, now=at
    )


def _digest(encoded: str) -> str:
    return base64url.encode(sha256(encoded.encode("utf-8")).digest())


def confirmed_evidence_in(unverified: dict[str, Any]) -> bool:
    """Whether a filing says of itself that it brings the weaker kind."""
    return unverified.get("type") == CONFIRMED_EVIDENCE
