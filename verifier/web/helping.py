"""The assisted road: a helper prepares and prints; the citizen types the code on a device of their own."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.domain.guessing import network_of
from verifier.domain.helping import Helper
from verifier.domain.helping_refusals import CodeRefused, HelperIncomplete
from verifier.domain.refusals import UnknownTransaction
from verifier.usecases.confirm_help import Typed, confirm_on_own_device, read_help, refuse_help
from verifier.usecases.prepare_help import prepare_help
from verifier.web import browser, helping_views, views
from verifier.web.entrance import ports

helping = Blueprint("helping", __name__)
PREPARED, TYPED = "helping", "helped_code"
MOST = 8


@helping.get("/help-somebody")
def begin() -> str:
    """Who helps says who they are, before anything is prepared."""
    return _form({}, wrong=False)


@helping.post("/help-somebody")
def prepare() -> ResponseReturnValue:
    """To the paper with the code."""
    form = form_once()
    helper = Helper.named(form.get("name", ""), form.get("relation", ""), form.get("organisation", ""))
    prepared = prepare_help(form.get("service", ""), helper, ports=ports())
    session[PREPARED] = [*session.get(PREPARED, []), [prepared.id, prepared.code]][-MOST:]
    return redirect(f"/help-somebody/{prepared.id}", 303)


@helping.errorhandler(HelperIncomplete)
def incomplete(_refusal: HelperIncomplete) -> ResponseReturnValue:
    """The same form again, with what is missing."""
    return _form(form_once(), wrong=True), 400


@helping.get("/help-somebody/<helped_id>")
def paper(helped_id: str) -> str:
    """To print and hand over; afterwards only whether it was taken up, and nothing of the citizen."""
    code = dict(session.get(PREPARED, [])).get(helped_id)
    found = ports().store.helping.find(helped_id)
    if code is None or found is None:
        raise UnknownTransaction
    return render_template(
        "verifier/helping/paper.html", **helping_views.paper(found, code, ports(), language())
    )


@helping.get("/code")
def enter() -> str:
    """For the citizen, on a device of their own."""
    return render_template("verifier/helping/enter.html", wrong=False, typed="", at_counter=False)


@helping.post("/code")
def typed() -> ResponseReturnValue:
    """A code that works leads to who helps with what."""
    code = form_once().get("code", "")
    read_help(_typed(code), ports=ports())
    session[TYPED] = code
    return redirect("/code/request", 303)


@helping.errorhandler(CodeRefused)
def refused(refusal: CodeRefused) -> ResponseReturnValue:
    """The same form again; a wrong code, a used one and an old one look alike."""
    page = render_template("verifier/helping/enter.html", wrong=True, typed="", at_counter=False)
    return page, refusal.status


@helping.get("/code/request")
def asked() -> str:
    """Who helps, with what, and that the citizen decides."""
    found = read_help(_typed(session.get(TYPED, "")), ports=ports())
    return render_template("verifier/helping/asked.html", **helping_views.asked(found, ports(), language()))


@helping.post("/code/request")
def decide() -> ResponseReturnValue:
    """Yes goes to the citizen's own wallet; anything else is a no, and the code is spent too."""
    return CHOICES.get(form_once().get("choice", ""), _no)(_typed(session.pop(TYPED, "")))


def _yes(typed: Typed) -> ResponseReturnValue:
    started = confirm_on_own_device(typed, lang=views.lang_of(language()), ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url, 303)


def _no(typed: Typed) -> ResponseReturnValue:
    refuse_help(typed, ports=ports())
    return render_template("verifier/helping/refused.html")


CHOICES: Mapping[str, Callable[[Typed], ResponseReturnValue]] = {"yes": _yes}


def prepared_here() -> list[str]:
    """What this browser prepared as a helper."""
    return [helped_id for helped_id, _ in session.get(PREPARED, [])]


def _typed(code: str) -> Typed:
    return Typed(code, prepared_here(), network=network_of(request.remote_addr or ""))


def _form(given: Mapping[str, str], *, wrong: bool) -> str:
    shown = helping_views.form(given, ports(), language())
    return render_template("verifier/helping/begin.html", wrong=wrong, **shown)
