"""What each refusal is called: what happened, whose problem it is, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from wallet.domain.refusals import Refusal
from wallet.web.protocol_words import CODES
from wallet.web.receipt_words import RECEIPT_TEXTS
from wallet.web.request_words import REQUEST_TEXTS
from wallet.web.rights_words import RIGHTS_TEXTS
from wallet.web.settings_words import SETTINGS_TEXTS
from wallet.web.whose import NOBODYS, SENTENCES, WHOSE


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in the language of the page; `field` is the input it is about.

    `whose` says whose problem it is; `detail` what the code of the standard means that came with it.
    """

    code: str
    status: int
    title: str
    happened: str
    next_step: str
    field: str | None
    whose: str = ""
    detail: str = ""


ASK_AGAIN = _("Go back to the website that asked, and start again there.")
COLLECT_AGAIN = _("Go back to the organisation and collect once more.")
TRY_LATER = _("Try again in a few minutes.")

TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    "sign_in_first": (
        _("Sign in first"),
        _("You are not signed in, or you were away for too long."),
        _("Sign in with your name and PIN."),
    ),
    "wrong_pin": (
        _("That is not right"),
        _("The PIN does not belong to this name."),
        _("Check both and try again. After 5 wrong tries you must wait."),
    ),
    "account_locked": (
        _("Too many wrong tries"),
        _("This is to protect your data. It does not matter who tried."),
        _("Wait %(wait)s. Then try again."),
    ),
    "name_taken": (
        _("This name is already used"),
        _("Somebody else chose this name."),
        _("Choose another name, for instance with a number behind it."),
    ),
    "name_unusable": (
        _("This name cannot be used"),
        _("A name has 2 to 40 characters that you can see."),
        _("Choose another name."),
    ),
    "pin_unusable": (
        _("A PIN has 6 digits"),
        _("You filled in something else."),
        _("Choose 6 digits."),
    ),
    "pin_too_easy": (
        _("This PIN is too easy to guess"),
        _("Many people choose it, so others try it first."),
        _("Choose 6 digits without a pattern. Do not use your date of birth."),
    ),
    "not_found": (
        _("This does not exist here"),
        _("It may have been removed, or it belongs to another account."),
        _("Go to the start page and look there."),
    ),
    "offer_unusable": (
        _("We cannot read this offer"),
        _("The link is damaged or not meant for a wallet. Nothing was added."),
        COLLECT_AGAIN,
    ),
    "issuer_not_trusted": (
        _("We do not know this organisation"),
        _("%(host)s is not on the list of organisations that this wallet trusts. We did not contact it."),
        _("Did you expect this card? Ask the organisation whether it works with this wallet."),
    ),
    "issuer_misconfigured": (
        _("The organisation made a mistake"),
        _("What it tells about itself does not fit together. Nothing was added."),
        _("Tell the organisation, and give the reference number below."),
    ),
    "offer_gone": (
        _("This offer is over"),
        _("You already used it, or it took too long. Nothing new was added."),
        _("Look at your cards. Is the card not there? Then collect once more."),
    ),
    "wrong_tx_code": (
        _("This code is not right"),
        _("The organisation did not accept the code."),
        _("Look at the code on the website of the organisation, and type it again."),
    ),
    "tx_code_unusable": (
        _("This code has another form"),
        _("The organisation described the code differently."),
        _("Look at the code again, and type it without spaces."),
    ),
    "issuer_refused": (
        _("The organisation did not give the card"),
        _("It said no while we collected. Nothing was added."),
        COLLECT_AGAIN,
    ),
    "cards_discarded": (
        _("We did not keep this card"),
        _("The card did not pass our checks, so it could not be trusted. Nothing was added."),
        _("Tell the organisation, and give the reference number below."),
    ),
    "could_not_reach": (
        _("We could not reach %(host)s"),
        _("The other side did not answer."),
        TRY_LATER,
    ),
    "request_unusable": (
        _("We cannot read this request"),
        _("The link is not complete. Nothing was shared."),
        ASK_AGAIN,
    ),
    "request_not_trusted": (
        _("We cannot tell who asks"),
        _("The request did not pass our checks. That may be a mistake, or somebody with bad plans."),
        _("Nothing was shared. Do not go on with this website unless you are sure of it."),
    ),
    "request_faulty": (
        _("This request is wrong"),
        _("The organisation made a mistake in its request. Nothing was shared."),
        _("You cannot repair this. We told the organisation. Ask for help there."),
    ),
    "request_expired": (
        _("This request is over"),
        _("The time to answer has passed. Nothing was shared."),
        ASK_AGAIN,
    ),
    "request_closed": (
        _("This request is already closed"),
        _("A request can be answered once. This one has its answer, or the other side closed it."),
        _("Look at your history for the outcome."),
    ),
    "cards_missing": (
        _("You miss a card for this"),
        _("The request asks for something that is not in your wallet. Nothing was shared."),
        _("Open the request again. It tells which card you need."),
    ),
    "screen_changed": (
        _("Something changed while you were reading"),
        _("What would be sent is no longer what you saw. So we did not send it."),
        _("Read the request once more, and then decide."),
    ),
    "mandate_already_used": (
        _("It is already done"),
        _("The mandate was used before you withdrew it. It works once and has ended."),
        _("Do you want to take the request back? Ask the organisation that decides."),
    ),
    "mandate_not_active": (
        _("There is nothing to withdraw"),
        _("This mandate is not active."),
        _("Look at the mandate for how it ended."),
    ),
    "withdrawal_refused": (
        _("The withdrawal was not accepted"),
        _("The other side did not accept it. The mandate is as it was."),
        _("Try again. Does it happen again? Call the organisation and give the reference number."),
    ),
    "trust_unavailable": (
        _("We cannot look up whom to trust"),
        _("The list of organisations that this wallet trusts cannot be had now."),
        TRY_LATER,
    ),
    "wallet_unsuitable": (
        _("This wallet does not fit this card"),
        _("The organisation demands better guarded keys than this wallet has. Nothing was added."),
        _("Ask the organisation which wallets it accepts."),
    ),
    "sign_in_again": (
        _("We did not expect this answer"),
        _("It does not belong to a sign-in that you began here, or it came twice. Nothing was added."),
        _("Open the offer once more, and sign in at the organisation again."),
    ),
    "authorization_declined": (
        _("You did not get the card"),
        _("You stopped at the organisation, or it said no. Nothing was added."),
        _("Do you still want the card? Open the offer once more."),
    ),
    "not_ready_yet": (
        _("This card is not ready yet"),
        _("The organisation still works on it. You do not have to do anything."),
        _("Look at your cards again in %(wait)s."),
    ),
    "renewal_over": (
        _("No new copies this way"),
        _("The organisation wants you to sign in there again. Your card stays as it is."),
        COLLECT_AGAIN,
    ),
    "surplus_not_accepted": (
        _("You did not say yes to the extra data"),
        _("This organisation asks more than it registered. Nothing was shared."),
        _("Tick the box if you want to share the extra data too. Otherwise choose Stop."),
    ),
    "invalid_input": (
        _("The message is not right"),
        _("A member is missing or has another type."),
        _("Compare it with the documentation of the API."),
    ),
}
FIELDS = {
    "wrong_pin": "pin",
    "account_locked": "pin",
    "pin_unusable": "pin",
    "pin_too_easy": "pin",
    "name_taken": "name",
    "name_unusable": "name",
    "wrong_tx_code": "tx_code",
    "tx_code_unusable": "tx_code",
    "surplus_not_accepted": "surplus",
    "password_unusable": "password",
    "passwords_differ": "again",
}
ALL_TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    **TEXTS,
    **SETTINGS_TEXTS,
    **REQUEST_TEXTS,
    **RECEIPT_TEXTS,
    **RIGHTS_TEXTS,
}


def told(refusal: Refusal) -> Told:
    """Fill in names and times, in the language of the page."""
    title, happened, next_step = ALL_TEXTS[refusal.code]
    about = CODES.get(str(refusal.names.get("error", "")))
    whose = about.whose if about else WHOSE.get(refusal.code, NOBODYS)
    names = {"host": "?", "wait": "", "organisation": "?"} | refusal.names
    names["wait"] = wait_text(refusal.names.get("wait", 0))
    return Told(
        code=refusal.code,
        status=refusal.status,
        title=_filled(title, names),
        happened=_filled(happened, names),
        next_step=_filled(about.next_step if about else next_step, names),
        field=FIELDS.get(refusal.code),
        whose=str(SENTENCES[whose]),
        detail=f"{about.title}. {about.happened}" if about else "",
    )


def _filled(text: Any, names: Mapping[str, str | int]) -> str:
    return str(text) % names


def wait_text(seconds: str | int) -> str:
    """Return how long to wait, rounded up to what people count in."""
    whole = int(seconds)
    if whole > 3600:
        return str(gettext("%(n)s hours", n=-(-whole // 3600)))
    if whole > 60:
        return str(gettext("%(n)s minutes", n=-(-whole // 60)))
    return str(gettext("%(n)s seconds", n=whole))
