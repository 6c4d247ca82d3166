"""Judge what proves a grant: one function for the authority's endpoint and for a file, years later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import Certificate

from consent.evidence import EvidenceBundle, EvidenceReport, NamedCheck, verify_evidence_bundle
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS, PID_PROVIDERS, PUB_EAA_PROVIDERS
from openid4vc.trust.lists import VerifiedTrustList, verify_list
from verifier.domain.confirmation import ConfirmedEvidence, confirmed_evidence_in, verify_confirmation

ACTION = "request"
KINDS = (PID_PROVIDERS, PUB_EAA_PROVIDERS, EAA_PROVIDERS)


@dataclass(frozen=True, slots=True)
class EvidenceTrust:
    """Whom to believe: roots of who may ask, issuers, and who signs lists of issuers (nobody: no lists)."""

    access_anchors: Sequence[Certificate]
    issuers: TrustedIssuers
    list_signers: Sequence[Certificate] = ()


def judge_bundle(data: bytes, *, trust: EvidenceTrust, at: datetime) -> EvidenceReport:
    """Every check by name, from the bytes and the trust alone: no database and no network."""
    return verify_evidence_bundle(
        data,
        access_anchors=trust.access_anchors,
        trusted=trust.issuers,
        expected_action=ACTION,
        at=at,
        list_signers=trust.list_signers,
    )


def judge_file(data: bytes, *, trust: EvidenceTrust, at: datetime) -> tuple[NamedCheck, ...]:
    """A file of either kind; without issuers the list in the bundle names them, if its signer is pinned."""
    try:
        members = strict_json.loads_object(data)
    except Malformed:
        members = {}
    if confirmed_evidence_in(members):
        return (_judge_confirmed(data, trust, at),)
    if not trust.issuers.issuers and trust.list_signers:
        trust = EvidenceTrust(trust.access_anchors, _listed(data, trust.list_signers), trust.list_signers)
    return judge_bundle(data, trust=trust, at=at).checks


def _judge_confirmed(data: bytes, trust: EvidenceTrust, at: datetime) -> NamedCheck:
    """The weaker kind: the desk's word that the text was confirmed; nobody's wallet signed it."""
    try:
        verify_confirmation(
            ConfirmedEvidence.from_json(data),
            access_anchors=trust.access_anchors,
            trusted=trust.issuers,
            expected_action=ACTION,
            now=at,
        )
    except (CheckFailed, Malformed) as refusal:
        return NamedCheck("confirmed_at_desk", False, str(refusal))
    return NamedCheck("confirmed_at_desk", True, "only the desk says so")


def _listed(data: bytes, signers: Sequence[Certificate]) -> TrustedIssuers:
    """Nobody, unless the list in the bundle is signed by who may sign lists; the report says the rest."""
    for kind in KINDS:
        try:
            bundle = EvidenceBundle.from_json(data)
            listed: VerifiedTrustList = verify_list(
                bundle.trust_list or "", kind=kind, signers=signers, now=bundle.moment(), last_sequence=None
            )
        except (CheckFailed, ValueError):
            continue
        return listed.issuers()
    return TrustedIssuers(())
