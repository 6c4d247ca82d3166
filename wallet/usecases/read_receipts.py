"""Receipts of a mandate: the one of the grant is a card; the one of the use is fetched, verified and kept."""

from dataclasses import dataclass

from consent.receipts import ReceiptAnchors, UseReceipt, verify_use_receipt
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws
from wallet.domain.card import CardId
from wallet.domain.mandate import GrantedMandate, MandateId, MandateState, SealedMandate
from wallet.domain.peer import PeerNonsense, PeerSilent
from wallet.domain.receipts import mandate_of
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.ports import Ports

USE_RECEIPT = "use-receipt"
USE_RECEIPT_TYP = "eenmalig-use-receipt+jwt"
NOT_THERE = "not_there"
UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Receipts:
    """What is held: the card of the grant, the signed text of the use; and why the latter is missing."""

    card_id: CardId | None
    use_text: str | None
    fault: str = ""

    @property
    def use(self) -> UseReceipt | None:
        """What the receipt of the use says; it was verified before it was kept."""
        if self.use_text is None:
            return None
        signed = self.use_text.partition("~")[0]
        return UseReceipt.from_claims(parse_jws(signed, expected_typ=USE_RECEIPT_TYP).claims())


def fetch_use_receipt(sealed: SealedMandate, granted: GrantedMandate, *, viewer: Viewer, ports: Ports) -> str:
    """Once the mandate is used and until it is here; gives what was wrong with it, or nothing.

    It counts only when both sides signed it, for this mandate, this text, in its term and by its parties.
    """
    if sealed.state is not MandateState.USED or sealed.sealed_use_receipt is not None:
        return ""
    try:
        answer = ports.verifiers.statement(f"{granted.state_uri}/receipt", granted.read_statement)
    except (PeerSilent, PeerNonsense) as cause:
        ports.audit("use_receipt_unheard", mandate=granted.id, kind=type(cause).__name__)
        return UNHEARD
    text = answer.body.get("receipt")
    if answer.status != 200 or not isinstance(text, str):
        return NOT_THERE
    fault = _fault_of(text, granted, ports)
    if not fault:
        kept = viewer.seal(text.encode(), kind=USE_RECEIPT, id=granted.id)
        ports.stores.mandates.note_use_receipt(granted.id, kept, account_id=viewer.account_id)
    return fault


def read_receipts(sealed: SealedMandate, *, viewer: Viewer, fault: str = "") -> Receipts:
    """What the wallet holds of this mandate."""
    text = None
    if sealed.sealed_use_receipt is not None:
        text = viewer.unseal(sealed.sealed_use_receipt, kind=USE_RECEIPT, id=sealed.id).decode()
    return Receipts(sealed.receipt_card_id, text, fault)


def held_use_receipt(id: MandateId, *, viewer: Viewer, ports: Ports) -> str:
    """The signed text that is kept; NotFound where there is none."""
    sealed = ports.stores.mandates.find(id, account_id=viewer.account_id)
    text = None if sealed is None else read_receipts(sealed, viewer=viewer).use_text
    if text is None:
        raise NotFound
    return text


def _fault_of(text: str, granted: GrantedMandate, ports: Ports) -> str:
    anchors = ports.trust.senders.access_anchors
    try:
        verify_use_receipt(
            text,
            anchors=ReceiptAnchors(desk=anchors, authority=anchors, register=()),
            at=ports.clock(),
            expected_mandate=mandate_of(granted),
        )
    except (CheckFailed, Malformed) as cause:
        check = getattr(cause, "check", "malformed")
        ports.audit("use_receipt_refused", mandate=granted.id, check=check)
        return str(check)
    return ""
