"""The counter: staff see who the citizen is; the citizen reads, signs on paper, and types a PIN here."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.domain.helping_refusals import CodeRefused
from verifier.domain.rights_refusals import DemoRoleOnly
from verifier.usecases.confirm_help import Typed, confirm_at_counter, open_at_counter, read_help
from verifier.usecases.find_mandate import read_mandate
from verifier.web import browser, helping_views, views
from verifier.web.entrance import ports
from verifier.web.helping import prepared_here

counter = Blueprint("counter", __name__)


@counter.before_request
def demo_role() -> None:
    """Who works here signs in with the organisation; only the demonstration lets everybody play."""
    if not ports().policy.demo_roles:
        raise DemoRoleOnly


@counter.get("/counter")
def enter() -> str:
    """The code from the citizen's paper."""
    return render_template("verifier/helping/enter.html", wrong=False, typed="", at_counter=True)


@counter.post("/counter")
def found() -> str:
    """What was prepared, and what staff must see before anything else."""
    code = form_once().get("code", "")
    request = read_help(_typed(code), ports=ports())
    shown = helping_views.asked(request, ports(), language())
    return render_template("verifier/helping/counter.html", code=code, **shown)


@counter.errorhandler(CodeRefused)
def refused(refusal: CodeRefused) -> ResponseReturnValue:
    """The same form again."""
    page = render_template("verifier/helping/enter.html", wrong=True, typed="", at_counter=True)
    return page, refusal.status


@counter.post("/counter/open")
def open_text() -> ResponseReturnValue:
    """Identity seen: the text is stored, to be printed and read."""
    form = form_once()
    seen, lang = form.get("identity") == "seen", views.lang_of(language())
    mandate_id = open_at_counter(_typed(form.get("code", "")), identity_seen=seen, lang=lang, ports=ports())
    browser.remember_own(mandate_id)
    return redirect(f"/counter/{mandate_id}", 303)


@counter.get("/counter/<mandate_id>")
def text(mandate_id: str) -> str:
    """The whole stored text, to print; two lines to sign on."""
    mandate = read_mandate(browser.require_own(mandate_id), ports=ports())
    return render_template("verifier/helping/sign.html", **views.case(mandate, ports(), language()))


@counter.post("/counter/<mandate_id>")
def confirm(mandate_id: str) -> ResponseReturnValue:
    """The paper is signed; now the citizen opens their wallet here and types the PIN."""
    signed = form_once().get("paper") == "signed"
    own = browser.require_own(mandate_id)
    started = confirm_at_counter(own, signed_on_paper=signed, ports=ports())
    browser.remember_started(started)
    return redirect(started.wallet_url, 303)


def _typed(code: str) -> Typed:
    return Typed(code, prepared_here(), at_counter=True)
