"""What proves a grant to somebody who was not there, and how it is judged offline, years later."""

from consent.evidence_checks import VerifiedEvidence, verify_evidence
from consent.evidence_document import (
    EVIDENCE_BUNDLE_TYPE,
    EVIDENCE_MEDIA_TYPE,
    EVIDENCE_TYPE,
    Evidence,
    EvidenceBundle,
)
from consent.evidence_report import EvidenceReport, verify_evidence_bundle
from consent.named_check import NamedCheck

__all__ = [
    "EVIDENCE_BUNDLE_TYPE",
    "EVIDENCE_MEDIA_TYPE",
    "EVIDENCE_TYPE",
    "Evidence",
    "EvidenceBundle",
    "EvidenceReport",
    "NamedCheck",
    "VerifiedEvidence",
    "verify_evidence",
    "verify_evidence_bundle",
]
