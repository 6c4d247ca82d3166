"""The page where a case worker wants to come to somebody unasked, and the register is looked at first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from chassis.language import language
from verifier.domain.approach_refusals import OptedOut
from verifier.domain.opt_out import Channel
from verifier.usecases.opt_out import approach_citizen, checks_made
from verifier.web import browser
from verifier.web.approach_words import CHANNEL_WORDS
from verifier.web.entrance import ports

approaching = Blueprint("approaching", __name__)


@approaching.get("/cases/<mandate_id>/approach")
def form(mandate_id: str) -> str:
    """Choose about what and how; below it every look at the register so far."""
    return _page(browser.require_own(mandate_id), "")


@approaching.post("/cases/<mandate_id>/approach")
def approach(mandate_id: str) -> ResponseReturnValue:
    """Look at the register first; both outcomes are in the ledger."""
    own, given = browser.require_own(mandate_id), form_once()
    try:
        approach_citizen(own, given.get("service", ""), given.get("channel", ""), ports=ports())
    except OptedOut:
        return _page(own, "opted_out"), 409
    return _page(own, "allowed")


def _page(mandate_id: str, outcome: str) -> str:
    return render_template(
        "verifier/approach.html",
        mandate_id=mandate_id,
        outcome=outcome,
        offers=[(key, offer.question[language()]) for key, offer in ports().town.offers.items()],
        channels=[(one.value, str(CHANNEL_WORDS[one])) for one in Channel],
        channel_words={one.value: str(CHANNEL_WORDS[one]) for one in Channel},
        checks=checks_made(mandate_id, ports=ports()),
    )
