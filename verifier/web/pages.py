"""The pages of the desk: the offer, the way back from the wallet, the case, the decision."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.usecases.act_on_mandate import act_on_mandate
from verifier.usecases.complete_in_browser import complete_in_browser
from verifier.usecases.find_mandate import read_known, read_mandate
from verifier.usecases.read_decision import read_decision
from verifier.usecases.start_mandate_request import start_mandate_request
from verifier.web import browser, views
from verifier.web.entrance import ports

pages = Blueprint("pages", __name__)


@pages.app_context_processor
def way_back() -> dict[str, str]:
    """From a refusal to the case that it was about."""
    mandate_id = (request.view_args or {}).get("mandate_id")
    return {"way_back": f"/cases/{mandate_id}"} if mandate_id else {}


@pages.get("/")
def home() -> str:
    """Who the desk is and what it can do."""
    own = read_known(browser.own_mandates(), ports=ports())
    return render_template("verifier/home.html", **views.home(own, ports(), language()))


@pages.get("/services/<service>")
def offer(service: str) -> str:
    """One offer: the question, the costs in data, the other road."""
    return render_template("verifier/offer.html", **views.offer(service, ports(), language()))


@pages.post("/services/<service>/start")
def start(service: str) -> ResponseReturnValue:
    """To the wallet, with the secret of the transaction kept in this browser."""
    started = start_mandate_request(service, lang=views.lang_of(language()), ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url, 303)


@pages.get("/return")
def returned() -> ResponseReturnValue:
    """The way back from the wallet (OpenID4VP 1.0, 8.2); the code leaves the address bar at once."""
    code = request.args.get("response_code", "")
    page = browser.page_of_return(code)
    if page is None:
        released = complete_in_browser(browser.waiting_transactions(), code, ports=ports())
        page = browser.remember_released(released)
        browser.remember_return(code, page)
    answer = redirect(page, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.get("/cases/<mandate_id>")
def case(mandate_id: str) -> str:
    """The receipt for the citizen, and the case worker's button."""
    found = read_mandate(browser.require_own(mandate_id), ports=ports())
    return render_template("verifier/case.html", **views.case(found, ports(), language()))


@pages.post("/cases/<mandate_id>/use")
def use(mandate_id: str) -> ResponseReturnValue:
    """The case worker files the request; the key of the form makes a double click one act."""
    own = browser.require_own(mandate_id)
    act_on_mandate(own, idempotency_key=form_once().get("key"), ports=ports())
    return redirect(f"/cases/{own}/decision", 303)


@pages.get("/cases/<mandate_id>/decision")
def decision(mandate_id: str) -> str:
    """The authority's decision, step by step."""
    own = browser.require_own(mandate_id)
    found = read_mandate(own, ports=ports())
    decided = read_decision(own, ports=ports())
    return render_template("verifier/decision.html", **views.decision(found, decided, ports(), language()))
