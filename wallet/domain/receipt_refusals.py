"""What can be in the way of a receipt."""

from wallet.domain.refusals import Refusal


class ReceiptNotGiven(Refusal):
    """The organisation gives no receipt of this mandate now."""

    code = "receipt_not_given"
    status = 409


class ReceiptDiscarded(Refusal):
    """What came is not a receipt of this mandate, so nothing of it was kept."""

    code = "receipt_discarded"
    status = 502
