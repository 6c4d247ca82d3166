"""Pages about rights: how to ask the desk, and the supervisor of this demonstration with its inbox."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.usecases.supervise import move_report, open_report
from verifier.web import rights_views
from verifier.web.entrance import ports
from verifier.web.inbox import demo_role

supervisor = Blueprint("supervisor", __name__)
supervision = Blueprint("supervision", __name__)
supervision.before_request(demo_role)


@supervisor.get("/rights")
def your_rights() -> str:
    """What a citizen can ask of the desk, and how, also without this wallet (TS7, 3.2)."""
    return render_template("verifier/rights/about.html", desk=ports().town.desk)


@supervisor.get("/supervisor")
def about() -> str:
    """Who watches over the desk, and how to reach it."""
    return render_template("verifier/rights/supervisor.html")


@supervision.get("/supervisor/inbox")
def reports_in() -> str:
    """Reports, newest first."""
    entries = ports().store.reports.newest()
    return render_template("verifier/rights/reports.html", **rights_views.reports(entries))


@supervision.get("/supervisor/inbox/<reference>")
def one(reference: str) -> str:
    """One report with its evidence."""
    entry = open_report(reference, ports=ports())
    return render_template("verifier/rights/report.html", **rights_views.report(entry, language()))


@supervision.post("/supervisor/inbox/<reference>/next")
def move(reference: str) -> ResponseReturnValue:
    """One step on."""
    move_report(reference, known_state=form_once().get("state", ""), ports=ports())
    return redirect(f"/supervisor/inbox/{reference}", 303)
