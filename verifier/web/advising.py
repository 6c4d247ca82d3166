"""Pages of advice: asked with as little as an answer, given in words, and never acted on."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from verifier.usecases.advise_citizen import act_on_advice, advise_citizen
from verifier.usecases.read_presentation import standing_of
from verifier.usecases.start_advice import start_advice
from verifier.web import browser
from verifier.web.entrance import ports
from verifier.web.told_words import told_words

advising = Blueprint("advising", __name__)


@advising.get("/services/averaging/advice")
def offer() -> str:
    """What the desk can say for how much, before any wallet is opened."""
    return render_template("verifier/advice_offer.html", desk=ports().town.desk)


@advising.post("/services/averaging/advice/start")
def start() -> ResponseReturnValue:
    """To the wallet of this device."""
    started = start_advice(ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url, 303)


@advising.get("/advice/<request_id>")
def given(request_id: str) -> str:
    """The advice, and how sure it is."""
    standing, _ = standing_of(request_id, browser.waiting_transactions(), ports=ports())
    state = standing.state(now=ports().clock())
    advice = advise_citizen(standing, ports=ports()) if state == "submitted" else None
    shown = {"advice": advice, "state": state, "request_id": request_id, "told": told_words(standing.told)}
    return render_template("verifier/advice.html", desk=ports().town.desk, **shown)


@advising.post("/advice/<request_id>/act")
def act(request_id: str) -> ResponseReturnValue:
    """Somebody at the desk tries to go further than the citizen allowed."""
    standing, _ = standing_of(request_id, browser.waiting_transactions(), ports=ports())
    act_on_advice(standing, ports=ports())
