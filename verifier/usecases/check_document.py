"""Anybody may have a receipt or evidence checked; nothing about them is looked up."""

from consent.named_check import NamedCheck
from consent.receipts import ReceiptAnchors, check_receipt
from verifier.ports import Ports
from verifier.usecases.judge_bundle import EvidenceTrust, judge_file
from verifier.usecases.trusted_issuers import trusted_issuers


def check_document(text: str, *, ports: Ports) -> tuple[NamedCheck, ...]:
    """Every check by name, so that it shows what broke; never a refusal."""
    now = ports.clock()
    issuers = trusted_issuers(ports=ports, now=now)
    anchors = ports.trust.access_anchors
    stripped = text.strip()
    if stripped.startswith("{"):
        trust = EvidenceTrust(anchors, issuers, ports.trust.list_signers)
        return judge_file(stripped.encode(), trust=trust, at=now)
    others = {anchor for issuer in issuers.issuers for anchor in issuer.anchors}
    every = (*anchors, *(others - set(anchors)))
    return check_receipt(stripped, anchors=ReceiptAnchors(anchors, every, every), at=now)
