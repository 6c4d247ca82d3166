"""Why the desk, the register or the authority says no, each under one stable code."""

from chassis.refusals import DomainRefusal


class Refused(DomainRefusal):
    """A caller asked for something that may not happen; the words for people live in web/words.py."""


class MandateAlreadyUsed(Refused):
    """One mandate, one act: it was done before."""

    code = "mandate_already_used"


class TooLateToWithdraw(MandateAlreadyUsed):
    """The act was done before the withdrawal came; it cannot be undone here."""


class MandateRevoked(Refused):
    """The citizen took the mandate back before it was used."""

    code = "mandate_revoked"


class MandateExpired(Refused):
    """The mandate's own end date has passed."""

    code = "mandate_expired"


class MandateDeclined(Refused):
    """The citizen said no."""

    code = "mandate_declined"


class MandateNotGranted(Refused):
    """The mandate is proposed, or signed but not yet confirmed by the browser that started it."""

    code = "mandate_not_granted"


class UnknownMandate(Refused):
    """No mandate of this register has this id."""

    code = "unknown_mandate"
    status = 404


class UnknownService(Refused):
    """The desk offers no service under this name."""

    code = "unknown_service"
    status = 404


class UnknownTransaction(Refused):
    """No transaction of this caller waits under this id."""

    code = "unknown_transaction"
    status = 404


class OtherBrowser(Refused):
    """The answer came home in another browser than the one that started (OpenID4VP 1.0, 14.2)."""

    code = "other_browser"
    status = 403


class ResponseCodeRefused(Refused):
    """The response code is unknown, used, too old or not of this transaction."""

    code = "response_code_refused"
    status = 403


class StatementRefused(Refused):
    """The signed statement is not by the key that granted, or not about this mandate."""

    code = "statement_refused"
    status = 403


class DecisionNotThere(Refused):
    """No decision was taken, or it is no longer kept."""

    code = "decision_not_there"
    status = 404


class ReceiptNotThere(Refused):
    """The mandate was not used, or used before receipts were made."""

    code = "receipt_not_there"
    status = 404


class ExceedsPurpose(Refused):
    """The question or its mandate goes beyond the purpose register."""

    code = "exceeds_purpose"
    status = 422


class IdempotencyKeyMissing(Refused):
    """An act needs a key, so that a repeated call cannot become a second act."""

    code = "idempotency_key_missing"
    status = 400


class IdempotencyKeyReused(Refused):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    status = 422


class EvidenceRejected(Refused):
    """The authority could not verify the evidence or the credentials beside it."""

    code = "evidence_rejected"
    status = 400


class NotCheckedNow(Refused):
    """A list that others publish could not be had, so nothing was judged; the same call may be repeated."""

    code = "not_checked_now"
    status = 503


class MalformedFiling(Refused):
    """The request to the authority is not the document it should be."""

    code = "malformed_request"
    status = 400


class ConfirmationNotAccepted(Refused):
    """The authority's policy: only a mandate that the citizen's own key signed counts."""

    code = "confirmation_not_accepted"
    status = 422


class ConfirmationNotOffered(Refused):
    """No wallet refused this mandate as unknown, or its text was confirmed before, or it is too late."""

    code = "confirmation_not_offered"


class AdviceOnly(Refused):
    """The citizen answered for advice; acting stands on another rung and needs a mandate."""

    code = "advice_only"


class MandateOnOneDevice(Refused):
    """A mandate is given in the browser that asked for it, never by a code from another screen (P-06)."""

    code = "mandate_same_device_only"
    status = 400


class PrefixNotAvailable(Refused):
    """The access certificate does not prove this kind of name (OpenID4VP 1.0, 5.9.3)."""

    code = "prefix_not_available"
    status = 400


class TooManyOpen(Refused):
    """More requests wait for an answer than this desk allows."""

    code = "too_many_open_requests"
    status = 503


class UnknownPresentation(Refused):
    """No presentation was started under this secret, or it is no longer kept."""

    code = "unknown_presentation"
    status = 404


class AuthorityUnreachable(Refused):
    """The authority gave no usable answer; the same call with the same key may be repeated."""

    code = "authority_unreachable"
    status = 503


class SchemeRefused(Refused):
    """The law says no to this request, under the scheme's own code; decided before the mandate is spent."""

    code = "scheme_refused"
    status = 422


def refusal_of(code: str, *, status: int) -> Refused | None:
    """The refusal that another service sent, as the same refusal here; none for a code that is not ours."""
    for kind in Refused.__subclasses__():
        if kind.code == code:
            return kind()
    return SchemeRefused(code) if status == SchemeRefused.status else None
