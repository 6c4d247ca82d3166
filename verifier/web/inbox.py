"""The case worker's inbox: requests for erasure, their term, and the answer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from chassis.forms import form_once
from chassis.language import language
from verifier.domain.rights_refusals import DemoRoleOnly
from verifier.usecases.answer_deletion_request import (
    extend_term,
    grant_erasure,
    open_inbox_item,
    refuse_erasure,
)
from verifier.web import rights_views
from verifier.web.entrance import ports
from verifier.web.told_words import told_rows
from verifier.web.wording import lang_of

inbox = Blueprint("inbox", __name__)


@inbox.before_request
def demo_role() -> None:
    """Who works here signs in with the organisation; only the demonstration lets everybody play."""
    if not ports().policy.demo_roles:
        raise DemoRoleOnly


@inbox.get("/inbox")
def requests_in() -> str:
    """What waits, longest first, and what was answered."""
    entries = ports().store.deletion_requests.newest()
    told = told_rows(ports().store.told.newest(now=ports().clock()), ports(), lang_of(language()))
    shown = rights_views.inbox(entries, ports(), language())
    return render_template("verifier/rights/inbox.html", told=told, **shown)


@inbox.get("/inbox/<request_id>")
def one(request_id: str) -> str:
    """One request: what is asked, what we hold, what the law keeps."""
    item = open_inbox_item(request_id, ports=ports())
    return render_template("verifier/rights/item.html", **rights_views.item(item, ports(), language()))


@inbox.post("/inbox/<request_id>/extend")
def extend(request_id: str) -> ResponseReturnValue:
    """Two more months, once, with a reason."""
    extend_term(request_id, because=form_once().get("because", ""), ports=ports())
    return redirect(f"/inbox/{request_id}", 303)


@inbox.post("/inbox/<request_id>/grant")
def grant(request_id: str) -> ResponseReturnValue:
    """Erase, and sign what was erased."""
    grant_erasure(request_id, ports=ports())
    return redirect(f"/inbox/{request_id}", 303)


@inbox.post("/inbox/<request_id>/refuse")
def refuse(request_id: str) -> ResponseReturnValue:
    """Say no, with a reason of the law."""
    refuse_erasure(request_id, ground=form_once().get("ground", ""), ports=ports())
    return redirect(f"/inbox/{request_id}", 303)
