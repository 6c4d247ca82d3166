"""Why a receipt is not given, or does not count."""

from verifier.domain.refusals import Refused


class NoReceiptsHere(Refused):
    """This desk has no key to give receipts with, or there is nothing at this address."""

    code = "no_receipts_here"
    status = 404


class ReceiptRefused(Refused):
    """The receipt that was shown is not the newest one of this mandate, or is not held by who shows it."""

    code = "receipt_refused"
    status = 403


class ReceiptNotOffered(Refused):
    """The mandate is not granted now, or its receipt is in a wallet already."""

    code = "receipt_not_offered"


class StatusListNotAcceptable(Refused):
    """The caller takes nothing that a status list is published in (Token Status List, 8.1)."""

    code = "not_acceptable"
    status = 406


class StatusTimeNotSupported(Refused):
    """Lists of another time are not kept (Token Status List, 8.4)."""

    code = "time_not_supported"
    status = 501
