"""Pages of a question without a mandate: who are you, on this device or across a code on the screen."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.domain.order import PresentationOrder
from verifier.domain.presentation import Manner
from verifier.usecases.read_presentation import release_on_this_screen, standing_of
from verifier.usecases.start_presentation import link_of, start_presentation
from verifier.web import asking_views, browser
from verifier.web.entrance import ports

asking = Blueprint("asking", __name__)
NAME = "name"


@asking.get("/name")
def question() -> str:
    """Why the desk asks, before any wallet is opened (V-10)."""
    return render_template("verifier/question.html", **asking_views.question(ports(), language()))


@asking.post("/name/start")
def start() -> ResponseReturnValue:
    """On this device to the wallet; for another device to a page with a code to scan."""
    same_device = form_once().get("device") != "other"
    query = ports().questions[NAME]
    manner = Manner(response_mode=ports().policy.response_mode, same_device=same_device)
    started = start_presentation(PresentationOrder(query, manner, "post", NAME), query, ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url if same_device else f"/presentations/{started.id}", 303)


@asking.get("/presentations/<request_id>")
def shown(request_id: str) -> str:
    """The code to scan, then the result; only for the browser that asked. The page looks again by itself."""
    standing, _ = standing_of(request_id, browser.waiting_transactions(), ports=ports())
    links = link_of(standing.id, standing.manner, ports=ports())
    view = asking_views.shown(standing, links, ports(), language())
    return render_template("verifier/shown.html", **view)


@asking.get("/presentations/<request_id>/standing")
def standing(request_id: str) -> ResponseReturnValue:
    """What the page that waits asks by itself."""
    found, _ = standing_of(request_id, browser.waiting_transactions(), ports=ports())
    return jsonify(done=found.state(now=ports().clock()) != "requested")


@asking.post("/presentations/<request_id>/show")
def show(request_id: str) -> ResponseReturnValue:
    """The person at this screen says that the answer was theirs."""
    _, transaction = standing_of(request_id, browser.waiting_transactions(), ports=ports())
    release_on_this_screen(transaction, ports=ports())
    return redirect(f"/presentations/{request_id}", 303)
