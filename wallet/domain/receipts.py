"""Receipts of a mandate as the wallet judges them: of this very mandate, word for word."""

from collections.abc import Mapping
from typing import Any

from consent.mandate import Mandate
from consent.receipts import GrantReceipt, receipt_vct
from openid4vc.errors import CheckFailed
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import from_numeric_date
from wallet.domain.card import Card
from wallet.domain.mandate import GrantedMandate

RECEIPTS = "/receipts"


def is_receipt(card: Card) -> bool:
    """A card of the type that a register issues under its own address."""
    register = card.issuer.id.removesuffix(RECEIPTS)
    return register != card.issuer.id and card.vct == receipt_vct(register)


def mandate_of(granted: GrantedMandate) -> Mandate:
    """The document that was signed, as it was verified when it was granted."""
    return Mandate.model_validate_json(strict_json.dumps(granted.document))


def require_receipt_of(granted: GrantedMandate, claims: Mapping[str, Any]) -> GrantReceipt:
    """CheckFailed unless the receipt says exactly what was granted; Malformed for no receipt at all."""
    receipt = GrantReceipt.from_claims(claims)
    granted_at = from_numeric_date(receipt.granted_at)
    expected = GrantReceipt.of(mandate_of(granted), granted_at=granted_at, helped_by=receipt.helped_by)
    if receipt != expected:
        raise CheckFailed("receipt_mandate", "the receipt is not of this mandate")
    return receipt
