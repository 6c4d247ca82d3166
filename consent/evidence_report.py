"""A bundle of evidence judged from the file alone: every check by name, and never an exception."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509

from consent.evidence_checks import STEPS, VerifiedEvidence, verify_evidence
from consent.evidence_document import EvidenceBundle
from consent.named_check import NamedCheck, all_passed, refusal_detail
from openid4vc.dcql.path import ClaimPath
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE
from openid4vc.sdjwt.vc import StatusReference, VerifiedCredential
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import verify_status_list_token
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS, PID_PROVIDERS, PUB_EAA_PROVIDERS
from openid4vc.trust.lists import VerifiedTrustList, verify_list

CHECKS: Final = ("bundle", *STEPS, "grant_time", "status", "nothing_more", "trust_list")
_KINDS: Final = (PID_PROVIDERS, PUB_EAA_PROVIDERS, EAA_PROVIDERS)


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What was looked at, in order; the grant itself only where every check held."""

    checks: tuple[NamedCheck, ...]
    verified: VerifiedEvidence | None = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether the bundle proves the grant."""
        return self.verified is not None


def verify_evidence_bundle(
    data: bytes,
    *,
    access_anchors: Sequence[x509.Certificate],
    trusted: TrustedIssuers,
    expected_action: str,
    at: datetime,
    list_signers: Sequence[x509.Certificate] = (),
) -> EvidenceReport:
    """Judge a bundle offline as of `at`; bad input is a failed check, the last one where others lean on it.

    `trust_list` is judged only where somebody is pinned to sign lists; then it must be in the bundle.
    Spending and withdrawal are not in a bundle: the register and its ledger tell.
    """
    checks: list[NamedCheck] = []
    try:
        bundle = EvidenceBundle.from_json(data)
    except (Malformed, ValueError) as refusal:
        return EvidenceReport((NamedCheck("bundle", False, refusal_detail(refusal)),), None)
    checks.append(NamedCheck("bundle", True, bundle.type))
    try:
        verified = verify_evidence(
            bundle.evidence(),
            access_anchors=access_anchors,
            trusted=trusted,
            expected_action=expected_action,
            now=at,
            passed=lambda name, detail: checks.append(NamedCheck(name, True, detail)),
        )
    except (CheckFailed, ProtocolError, ValueError) as refusal:
        checks.append(NamedCheck(CHECKS[len(checks)], False, refusal_detail(refusal)))
        return EvidenceReport(tuple(checks), None)
    checks.extend(_circumstances(bundle, verified, at, list_signers))
    return EvidenceReport(tuple(checks), verified if all_passed(checks) else None)


def _circumstances(
    bundle: EvidenceBundle, verified: VerifiedEvidence, at: datetime, list_signers: Sequence[x509.Certificate]
) -> Iterator[NamedCheck]:
    """What was true at the time of the grant; none of these leans on another."""
    yield _named("grant_time", lambda: _grant_time(bundle, verified, at))
    yield _named("status", lambda: _status(bundle, verified.identity))
    yield _named("nothing_more", lambda: _nothing_more(bundle, verified))
    if list_signers:
        yield _named("trust_list", lambda: _trust_list(bundle, verified.identity, list_signers))


def _named(name: str, check: Callable[[], str]) -> NamedCheck:
    try:
        return NamedCheck(name, True, check())
    except (CheckFailed, ProtocolError, ValueError) as refusal:
        return NamedCheck(name, False, refusal_detail(refusal))


def _grant_time(bundle: EvidenceBundle, verified: VerifiedEvidence, at: datetime) -> str:
    """Granted when the answer came in: after the signature, while the question was open."""
    earliest = verified.signed_at - CLOCK_TOLERANCE
    latest = min(verified.request.expires_at, at) + CLOCK_TOLERANCE
    if not earliest <= bundle.moment() <= latest:
        raise CheckFailed("evidence_grant_time", "granted before the signature, too late, or in the future")
    return bundle.moment().isoformat()


def _status(bundle: EvidenceBundle, identity: VerifiedCredential) -> str:
    """The credential that signed was not revoked when the mandate was granted."""
    if identity.status is None:
        return "a credential without a status list"
    token = bundle.status_tokens.get(identity.status.uri)
    if token is None:
        raise CheckFailed("evidence_status", "the status list of that moment is not in the bundle")
    require_valid(_status_in(token, identity, identity.status, bundle.moment()))
    return identity.status.uri


def _status_in(
    token: str, identity: VerifiedCredential, reference: StatusReference, granted_at: datetime
) -> int:
    return verify_status_list_token(
        token,
        expected_uri=reference.uri,
        expected_chain=identity.chain,
        anchors=identity.issuer.anchors,
        now=granted_at,
    ).status_at(reference.idx)


def _nothing_more(bundle: EvidenceBundle, verified: VerifiedEvidence) -> str:
    """Only what proves the grant: no field beyond the mandate's, no list of another credential."""
    scopes = (scope for scope in verified.mandate.data if scope.query in verified.mandate.credential_ids)
    named = [path for scope in scopes for path in scope.paths]
    for place in verified.identity.disclosed:
        if not any(_on_one_line(place, path) for path in named):
            raise CheckFailed("evidence_surplus", "a field is shown that the mandate does not name")
    reference = verified.identity.status
    if not set(bundle.status_tokens) <= ({reference.uri} if reference else set()):
        raise CheckFailed("evidence_surplus", "a status list of another credential")
    return ""


def _on_one_line(place: ClaimPath, path: ClaimPath) -> bool:
    """The named place itself, a place inside it, or one that had to be opened on the way to it."""
    return all(
        ours == theirs or (theirs is None and isinstance(ours, int))
        for ours, theirs in zip(place, path, strict=False)
    )


def _trust_list(
    bundle: EvidenceBundle, identity: VerifiedCredential, signers: Sequence[x509.Certificate]
) -> str:
    """The issuer was on the list of that moment, for this type, with this very authority."""
    if bundle.trust_list is None:
        raise CheckFailed("evidence_trust_list", "the trust list of that moment is not in the bundle")
    listed = _read_list(bundle.trust_list, signers, bundle.moment())
    if listed.sequence != bundle.trust_list_sequence:
        raise CheckFailed("evidence_trust_list", "another issue of the list than the bundle says")
    if not any(
        issuer.id == identity.issuer.id and identity.chain.anchor in issuer.anchors
        for issuer in listed.issuers().for_vct(identity.vct)
    ):
        raise CheckFailed("evidence_trust_list", "the issuer was not on the list for this type")
    return f"sequence {listed.sequence}"


def _read_list(compact: str, signers: Sequence[x509.Certificate], granted_at: datetime) -> VerifiedTrustList:
    """A list is of one kind; the kinds are those of which somebody issues credentials to citizens."""
    for kind in _KINDS:
        try:
            return verify_list(compact, kind=kind, signers=signers, now=granted_at, last_sequence=None)
        except CheckFailed as refusal:
            if refusal.check != "list_kind":
                raise
    raise CheckFailed("list_kind", "a list about something else")
