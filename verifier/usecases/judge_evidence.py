"""The authority judges the proof of a mandate: the citizen's signature, or the weaker word of the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consent.evidence import EvidenceBundle, VerifiedEvidence
from consent.mandate import NotPermitted
from openid4vc.errors import CheckFailed
from openid4vc.jose import strict_json
from verifier.domain.confirmation import (
    ConfirmedEvidence,
    VerifiedConfirmation,
    confirmed_evidence_in,
    verify_confirmation,
)
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import ConfirmationNotAccepted
from verifier.ports import Ports
from verifier.usecases.judge_bundle import ACTION, EvidenceTrust, judge_bundle
from verifier.usecases.trusted_issuers import trusted_issuers

AUTHORITY = "tax-authority"
AnyEvidence = EvidenceBundle | ConfirmedEvidence
VerifiedGrant = VerifiedEvidence | VerifiedConfirmation


def read_evidence(unverified: Mapping[str, Any]) -> AnyEvidence:
    """The kind that the filing names; a weaker one can never pass for the stronger."""
    members = dict(unverified)
    data = strict_json.dumps(members)
    if confirmed_evidence_in(members):
        return ConfirmedEvidence.from_json(data)
    return EvidenceBundle.from_json(data)


def judge_evidence(
    evidence: AnyEvidence, entry: RegisterEntry, *, ports: Ports, now: datetime
) -> VerifiedGrant:
    """The desk's request, the citizen's yes, and an act that the text permits; policy decides on the kind."""
    confirmed = isinstance(evidence, ConfirmedEvidence)
    if confirmed is entry.signed:
        raise CheckFailed("evidence_kind", "the register knows this mandate as another kind")
    if confirmed and not ports.policy.accept_confirmed_at_desk:
        raise ConfirmationNotAccepted
    verified = _verified(evidence, ports=ports, now=now)
    mandate = verified.mandate
    judged = mandate.permits(
        action=ACTION,
        years=mandate.tax_years,
        mandatary=mandate.mandatary.id,
        addressee=ports.town.authorities[AUTHORITY].id,
        at=now,
    )
    if isinstance(judged, NotPermitted):
        raise CheckFailed("mandate_permits", judged.reason)
    return verified


def _verified(evidence: AnyEvidence, *, ports: Ports, now: datetime) -> VerifiedGrant:
    issuers, anchors = trusted_issuers(ports=ports, now=now), ports.trust.access_anchors
    if isinstance(evidence, ConfirmedEvidence):
        return verify_confirmation(
            evidence, access_anchors=anchors, trusted=issuers, expected_action=ACTION, now=now
        )
    trust = EvidenceTrust(anchors, issuers, ports.trust.list_signers)
    report = judge_bundle(evidence.to_json(), trust=trust, at=now)
    if report.verified is None:
        broken = next(check for check in report.checks if not check.passed)
        raise CheckFailed(f"evidence_{broken.name}", broken.detail)
    return report.verified
