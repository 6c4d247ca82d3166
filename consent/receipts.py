"""What both sides keep of a mandate: receipts of the grant and of the use, and how to check them."""

from consent.consent_record import RECORD_MEDIA_TYPE, RecordEvent, consent_record
from consent.grant_receipt import GRANT_RECEIPT_TYPE, GrantReceipt, receipt_vct
from consent.helped import Help
from consent.named_check import NamedCheck
from consent.receipt_check import (
    ReceiptAnchors,
    VerifiedUseReceipt,
    check_receipt,
    verify_use_receipt,
)
from consent.use_receipt import (
    COUNTERSIGNATURE_TYP,
    USE_RECEIPT_TYP,
    UseReceipt,
    countersign,
    sign_use_receipt,
)

__all__ = [
    "COUNTERSIGNATURE_TYP",
    "GRANT_RECEIPT_TYPE",
    "RECORD_MEDIA_TYPE",
    "USE_RECEIPT_TYP",
    "GrantReceipt",
    "Help",
    "NamedCheck",
    "ReceiptAnchors",
    "RecordEvent",
    "UseReceipt",
    "VerifiedUseReceipt",
    "check_receipt",
    "consent_record",
    "countersign",
    "receipt_vct",
    "sign_use_receipt",
    "verify_use_receipt",
]
