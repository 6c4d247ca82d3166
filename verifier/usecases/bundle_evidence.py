"""Bundle what proves a grant with what was known at that moment, so that it can be judged years later."""

from datetime import datetime

from consent.evidence import Evidence, EvidenceBundle
from openid4vc.errors import CheckFailed
from openid4vc.sdjwt.vc import VerifiedCredential
from verifier.ports import Ports
from verifier.usecases.verify_answer import require_not_revoked


def bundle_evidence(
    evidence: Evidence, identity: VerifiedCredential, *, ports: Ports, now: datetime
) -> EvidenceBundle:
    """Step 8 of docs/flows/mandate.md: the status token and the list of trust that were believed now."""
    listed = _list_with(identity, ports=ports)
    return EvidenceBundle.of(
        evidence,
        granted_at=now,
        status_tokens=_status_tokens(identity, ports=ports, now=now),
        trust_list=None if listed is None else listed[1],
        trust_list_sequence=None if listed is None else listed[0],
    )


def _status_tokens(identity: VerifiedCredential, *, ports: Ports, now: datetime) -> dict[str, str]:
    """Of the identity alone; a token that made room for others meanwhile is fetched and verified again."""
    if identity.status is None:
        return {}
    uri = identity.status.uri
    token = ports.status_lists.token(uri)
    if token is None:
        require_not_revoked(identity, ports=ports, now=now, anew=True)
        token = ports.status_lists.token(uri)
    if token is None:
        raise CheckFailed("status_unavailable", "the status list is not at hand")
    return {uri: token}


def _list_with(identity: VerifiedCredential, *, ports: Ports) -> tuple[int, str] | None:
    """The signed list that names the issuer for this type; none where a file says whom to believe."""
    for url in ports.trust.list_urls:
        found = ports.trust_lists.signed(url)
        if found is None:
            continue
        verified, compact = found
        if any(one.id == identity.issuer.id for one in verified.issuers().for_vct(identity.vct)):
            return verified.sequence, compact
    return None
