"""What our refusals say to people and developers: what happened, and what to do."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _

from chassis.errors_http import page_answer, problem_answer
from chassis.refusals import DomainRefusal

Words = tuple[Any, Any]

CHOOSE_AGAIN = _("Go back and choose again.")
FROM_THE_START = _("Go to the start page and choose an organisation there.")

WORDS: Mapping[str, Words] = {
    "unknown_persona": (_("We do not know this person"), _("Choose one of the people on the sign-in page.")),
    "nothing_chosen": (_("You did not choose anything"), _("Choose at least one thing to collect.")),
    "unknown_credential_configuration": (_("We do not have what you asked for"), CHOOSE_AGAIN),
    "several_organisations": (
        _("You chose things of different organisations"),
        _("Collect from one organisation at a time."),
    ),
    "nothing_on_record": (_("This organisation has no such data about you"), CHOOSE_AGAIN),
    "unknown_organisation": (_("We do not know this organisation"), FROM_THE_START),
    "unknown_offer": (
        _("This collection is no longer open"),
        _("It was used, or its time is over. Look in your wallet first. If it is not there, collect again."),
    ),
    "unknown_type": (_("This organisation has no such kind of data"), FROM_THE_START),
    "unknown_status_list": (_("This list does not exist"), _("Check the address.")),
    "unknown_credential": (_("Nobody has this place in a list"), _("Check the address and the number.")),
    "not_acceptable": (_("We cannot answer in the form you ask"), _("Ask for application/statuslist+jwt.")),
    "time_not_supported": (_("We only know the present"), _("Ask again without a time.")),
    "only_in_the_demo": (
        _("This is only possible in the demonstration"),
        _("Start the service with the demo setting."),
    ),
    "unknown_authorization": (
        _("We cannot go on with this question of your wallet"),
        _("It was answered already, or its time is over. Go to your wallet and start again."),
    ),
    "somebody_else": (
        _("This was made for somebody else"),
        _("Sign out, and sign in as the person it was made for. Did you not start this? Close the page."),
    ),
    "nothing_deferrable": (_("Nobody has to look at this first"), _("Ask again without deferring.")),
    "too_many_guesses": (_("Too many tries"), _("Wait a minute and try again.")),
    "not_signed_in": (_("You are not signed in"), _("Sign in first, then collect.")),
}


def worded(refusal: DomainRefusal) -> DomainRefusal:
    """The same refusal with its words, if it has some here."""
    refusal.title, refusal.hint = WORDS.get(refusal.code, (refusal.title, refusal.hint))
    return refusal


def problem(refusal: DomainRefusal) -> Response:
    """For developers: problem+json (RFC 9457)."""
    return problem_answer(worded(refusal))


def page(refusal: DomainRefusal) -> Response:
    """For people: a page."""
    return page_answer(worded(refusal))
