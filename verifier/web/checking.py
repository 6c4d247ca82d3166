"""Pages that need no account: check a receipt or evidence, check a question against its purpose."""

from flask import Blueprint, render_template

from chassis.forms import form_once, query_once
from chassis.language import language
from verifier.usecases.check_document import check_document
from verifier.usecases.lint_question import lint_question
from verifier.web import checking_views
from verifier.web.entrance import ports

checking = Blueprint("checking", __name__)


@checking.get("/check")
def ask_check() -> str:
    """An empty form."""
    return render_template("verifier/check.html", **checking_views.check("", None, language()))


@checking.post("/check")
def check() -> str:
    """What held and what broke, by name; the text is not kept."""
    text = form_once().get("document", "")
    return render_template(
        "verifier/check.html", **checking_views.check(text, check_document(text, ports=ports()), language())
    )


@checking.get("/lint")
def ask_lint() -> str:
    """An empty form; `service` chooses the purpose."""
    service = query_once().get("service", "")
    return render_template(
        "verifier/lint.html", **checking_views.lint("", service, None, ports(), language())
    )


@checking.post("/lint")
def lint() -> str:
    """The proportionality of a question, line by line."""
    form = form_once()
    text, service = form.get("request", ""), form.get("service", "")
    report = lint_question(text, service=service, ports=ports())
    return render_template(
        "verifier/lint.html", **checking_views.lint(text, service, report, ports(), language())
    )
