"""Receipts as JSON members."""

from typing import Any

from wallet.usecases.read_receipts import Receipts


def receipts_member(receipts: Receipts) -> dict[str, Any]:
    """Return which card is the receipt of the grant, and the signed text of the receipt of the use."""
    return {
        "grant_card": receipts.card_id,
        "use": receipts.use_text,
        "use_missing": receipts.fault or None,
    }
