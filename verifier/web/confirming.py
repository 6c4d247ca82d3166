"""Pages for wallets that do not know mandates: read here, confirm here, withdraw here; a weaker grant."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.language import language
from verifier.usecases.confirm_at_desk import confirm_text, propose_text
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.revoke_mandate import withdraw_at_desk
from verifier.web import browser, views
from verifier.web.entrance import ports

confirming = Blueprint("confirming", __name__)


@confirming.post("/cases/<mandate_id>/read-here")
def read_here(mandate_id: str) -> ResponseReturnValue:
    """The wallet refused an unknown kind of mandate: the text may be read on our page instead."""
    own = browser.require_own(mandate_id)
    proposed = propose_text(own, lang=views.lang_of(language()), ports=ports())
    browser.remember_own(proposed)
    return redirect(f"/cases/{proposed}/text", 303)


@confirming.get("/cases/<mandate_id>/text")
def text(mandate_id: str) -> str:
    """The whole stored text, and plainly that confirming it here proves less."""
    found = read_mandate(browser.require_own(mandate_id), ports=ports())
    return render_template("verifier/confirm.html", **views.case(found, ports(), language()))


@confirming.post("/cases/<mandate_id>/confirm")
def confirm(mandate_id: str) -> ResponseReturnValue:
    """Confirmed; now the wallet is asked for the data alone."""
    started = confirm_text(browser.require_own(mandate_id), ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url, 303)


@confirming.post("/cases/<mandate_id>/withdraw")
def withdraw(mandate_id: str) -> ResponseReturnValue:
    """Who confirmed here may take it back here: such a wallet cannot."""
    own = browser.require_own(mandate_id)
    withdraw_at_desk(own, ports=ports())
    return redirect(f"/cases/{own}", 303)
