"""Pages of the citizen's log: look, look for, and take a line out."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import query_once
from wallet.usecases.delete_entry import delete_entry
from wallet.usecases.read_entry import read_entry
from wallet.usecases.read_history import search_history
from wallet.web import reason_words, show_history
from wallet.web.entrance import citizen, ports

pages_history = Blueprint("pages_history", __name__)


@pages_history.app_context_processor
def words() -> dict[str, object]:
    """Reasons in words, on every page that tells one."""
    return {"reasons": reason_words}


@pages_history.get("/history")
def history() -> str:
    """What happened, newest first, as far as it is looked for."""
    query = query_once()
    wanted, page = show_history.wanted(query), show_history.page_number(query)
    found = search_history(wanted, page=page, viewer=citizen().viewer, ports=ports())
    return render_template("wallet/history.html", **show_history.history(found, query))


@pages_history.get("/history/<entry_id>/delete")
def ask_delete(entry_id: str) -> str:
    """Warn first: what is gone cannot be shown to anybody any more (DASH_06a)."""
    line = read_entry(entry_id, viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/delete_entry.html", line=line)


@pages_history.post("/history/<entry_id>/delete")
def delete(entry_id: str) -> ResponseReturnValue:
    """Take it out."""
    delete_entry(entry_id, viewer=citizen().viewer, ports=ports())
    return redirect("/history", 303)
