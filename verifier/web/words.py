"""Every refusal of the verifier in words: what happened, and what to do."""

from typing import Any

from flask_babel import lazy_gettext as _

from verifier.domain import receipt_refusals, refusals
from verifier.domain.refusals import Refused
from verifier.web.approach_words import APPROACH_WORDS
from verifier.web.helping_words import HELPING_WORDS
from verifier.web.rights_words import RIGHTS_WORDS

START_AGAIN = _("Go back to the desk and start again.")
NOTHING_DONE = _("Nothing was done. You can start again at the desk.")
WORDS: dict[type[Refused], tuple[Any, Any]] = {
    refusals.MandateAlreadyUsed: (
        _("This mandate was already used"),
        _("A mandate works once. For a second request the desk must ask you for a new mandate."),
    ),
    refusals.TooLateToWithdraw: (
        _("It is too late to withdraw this mandate"),
        _(
            "The desk sent the request with the data that was shared. That cannot be undone here. "
            "Ask the authority to take the request back, or object to its decision."
        ),
    ),
    refusals.MandateRevoked: (
        _("This mandate was withdrawn"),
        _("The desk may no longer act. You can give a new mandate if you want to."),
    ),
    refusals.MandateExpired: (_("This mandate has expired"), NOTHING_DONE),
    refusals.MandateDeclined: (_("This mandate was not given"), NOTHING_DONE),
    refusals.MandateNotGranted: (
        _("This mandate is not given yet"),
        _("Finish the steps in your wallet first. Return to the desk in the same browser."),
    ),
    refusals.UnknownMandate: (_("We do not know this mandate"), START_AGAIN),
    refusals.UnknownService: (_("The desk does not offer this"), START_AGAIN),
    refusals.UnknownTransaction: (_("This request is over, or it is not yours"), START_AGAIN),
    refusals.OtherBrowser: (
        _("You came back in another browser"),
        _("We threw the answer away, to protect you. Start again and stay in one browser."),
    ),
    refusals.ResponseCodeRefused: (_("This link was already used, or it is too old"), START_AGAIN),
    refusals.StatementRefused: (
        _("We cannot see that you gave this mandate"),
        _("Ask it from the wallet that gave the mandate."),
    ),
    refusals.DecisionNotThere: (
        _("There is no decision yet"),
        _("Look again after the desk has filed the request."),
    ),
    refusals.ReceiptNotThere: (
        _("There is no receipt yet"),
        _("You get a receipt when the mandate is used."),
    ),
    refusals.ExceedsPurpose: (
        _("This question asks more than its purpose needs"),
        _("Ask only what the purpose names. The page /lint shows the line at fault."),
    ),
    refusals.IdempotencyKeyMissing: (
        _("The call has no key of its own"),
        _("Send a header Idempotency-Key with a fresh value for each act."),
    ),
    refusals.IdempotencyKeyReused: (
        _("This key belongs to another request"),
        _("Send a fresh Idempotency-Key for each act."),
    ),
    refusals.EvidenceRejected: (
        _("The authority does not accept the evidence"),
        _("Nothing was decided. The mandate is not used."),
    ),
    refusals.NotCheckedNow: (
        _("We could not check everything now"),
        _("Nothing was decided. The mandate is not used. Try again in a moment."),
    ),
    refusals.MalformedFiling: (
        _("The authority cannot read the request"),
        _("Send a JSON object with evidence and presentations."),
    ),
    refusals.ConfirmationNotAccepted: (
        _("The authority wants a mandate that your wallet signed"),
        _("Nothing was decided. Use a wallet that knows mandates."),
    ),
    refusals.ConfirmationNotOffered: (
        _("You cannot confirm this here"),
        START_AGAIN,
    ),
    refusals.AdviceOnly: (
        _("This answer is for advice only"),
        _("The desk may do nothing for you with it. For a request you give a mandate in your wallet."),
    ),
    refusals.MandateOnOneDevice: (
        _("You can only give a mandate on one device"),
        _("Open the desk in the browser of the device that has your wallet."),
    ),
    refusals.PrefixNotAvailable: (
        _("Our certificate does not prove this name"),
        _("Leave prefix out, or use x509_hash."),
    ),
    refusals.TooManyOpen: (
        _("Too many people are asking at once"),
        _("Try again in a few minutes."),
    ),
    refusals.UnknownPresentation: (
        _("We do not know this question"),
        _("It may be too old. Start again."),
    ),
    refusals.AuthorityUnreachable: (
        _("The authority cannot be reached now"),
        _("Try again in a moment. Nothing happens twice."),
    ),
    receipt_refusals.NoReceiptsHere: (
        _("There is nothing here"),
        _("Ask the desk for a new link to your receipt."),
    ),
    receipt_refusals.ReceiptRefused: (
        _("We do not accept this receipt"),
        _("Withdraw from the wallet that gave the mandate."),
    ),
    receipt_refusals.ReceiptNotOffered: (
        _("You cannot collect this receipt now"),
        _("It is in your wallet already, or the mandate has ended."),
    ),
    receipt_refusals.StatusListNotAcceptable: (
        _("We publish this list in one form only"),
        _("Ask for application/statuslist+jwt."),
    ),
    receipt_refusals.StatusTimeNotSupported: (
        _("We do not keep old lists"),
        _("Ask without a time."),
    ),
    refusals.SchemeRefused: (
        _("The law does not allow this request"),
        _("Nothing was decided. The mandate is not used."),
    ),
}


def put_refusals_in_words() -> None:
    """Give each refusal its title and its hint; the domain knows only codes."""
    for kind, (title, hint) in (WORDS | RIGHTS_WORDS | APPROACH_WORDS | HELPING_WORDS).items():
        kind.title, kind.hint = title, hint
