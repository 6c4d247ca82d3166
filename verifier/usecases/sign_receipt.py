"""What both sides keep of a use: a receipt that the desk signs and the authority signs again."""

from collections.abc import Callable
from datetime import datetime

from consent.ledger import LedgerLine
from consent.mandate import Mandate
from consent.receipts import UseReceipt, countersign, sign_use_receipt
from openid4vc.jose.numeric_date import to_numeric_date
from verifier.ports import Ports
from verifier.usecases.find_help import help_with

OUTCOME = "decided"
DECISION = "decision_sha256"


def receipt_signer(mandate: Mandate, *, ports: Ports, now: datetime) -> Callable[[LedgerLine], str]:
    """Signs as soon as the use has its line in the ledger, inside that transaction.

    Where the authority's key is not on this machine the desk's organisation signs alone, and the receipt is
    one signature instead of two.
    """
    helped_by = help_with(mandate, ports=ports)

    def sign(line: LedgerLine) -> str:
        receipt = UseReceipt(
            mandate_id=mandate.mandate_id,
            used_at=to_numeric_date(line.at),
            outcome=OUTCOME,
            decision_sha256=line.details[DECISION],
            grant_text_sha256=mandate.text_sha256,
            ledger_seq=line.seq,
            ledger_hash=line.hash,
            helped_by=helped_by.without_names() if helped_by else None,
        )
        signed = sign_use_receipt(receipt, key=ports.access.key, chain=ports.access.chain)
        second = ports.second_signer
        return signed if second is None else countersign(signed, key=second.key, chain=second.chain, at=now)

    return sign
