"""Pages of the citizen's rights: have data erased, report a request, take everything along."""

from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from wallet.domain.mandate import MandateId
from wallet.domain.rights import RightsId
from wallet.usecases.ask_erasure import ask_erasure, offer_erasure
from wallet.usecases.export_everything import export_everything
from wallet.usecases.lock_export import Lock, lock_export
from wallet.usecases.offer_contact import offer_contact
from wallet.usecases.read_rights import read_rights, refreshed_rights
from wallet.usecases.report_request import offer_report, report_request
from wallet.web import show_export, show_rights
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again

pages_rights = Blueprint("pages_rights", __name__)


@pages_rights.get("/rights")
def rights() -> str:
    """What can be asked, and everything that was asked."""
    views = refreshed_rights(viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/home.html", views=views, rights=show_rights)


@pages_rights.get("/rights/erasures/<mandate_id>")
def erasure(mandate_id: str) -> str:
    """What would be asked of whom, before the PIN."""
    offer = offer_erasure(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/erasure.html", offer=offer, rights=show_rights)


@pages_rights.post("/rights/erasures/<mandate_id>")
@shows_again(erasure)
def send_erasure(mandate_id: str) -> ResponseReturnValue:
    """Sign and send."""
    pin, viewer = form_once().get("pin", ""), citizen().viewer
    id = ask_erasure(MandateId(mandate_id), pin=pin, viewer=viewer, ports=ports())
    return redirect(f"/rights/requests/{id}", 303)


@pages_rights.get("/rights/contact/<entry_id>")
def contact(entry_id: str) -> str:
    """Data that were shared without a mandate: by which road the organisation is reached."""
    found = offer_contact(entry_id, viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/contact.html", contact=found, rights=show_rights)


@pages_rights.get("/rights/reports/<entry_id>")
def report(entry_id: str) -> str:
    """What would be reported to whom."""
    offer = offer_report(entry_id, viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/report.html", offer=offer, rights=show_rights)


@pages_rights.post("/rights/reports/<entry_id>")
def send_report(entry_id: str) -> ResponseReturnValue:
    """Send; nothing is signed, and nothing of the citizen goes along but what they write."""
    form, viewer = form_once(), citizen().viewer
    unwanted = form.get("unwanted") == "yes"
    id = report_request(
        entry_id, words=form.get("words", ""), unwanted=unwanted, viewer=viewer, ports=ports()
    )
    return redirect(f"/rights/requests/{id}", 303)


@pages_rights.get("/rights/requests/<rights_id>")
def request_page(rights_id: str) -> str:
    """How far it is, and the answer."""
    view = read_rights(RightsId(rights_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/rights/request.html", view=view, **show_rights.answer(view))


@pages_rights.get("/rights/export")
def export() -> str:
    """What is in it, before the PIN."""
    return render_template("wallet/rights/export.html", name=citizen().name)


@pages_rights.post("/rights/export")
@shows_again(export)
def download() -> Response:
    """One file, to read or for another program."""
    form = form_once()
    document = export_everything(form.get("pin", ""), citizen=citizen(), ports=ports())
    return show_export.as_file(document, form.get("form", ""))


@pages_rights.post("/rights/export/locked")
@shows_again(export)
def download_locked() -> Response:
    """The log for another wallet, under a password."""
    form = form_once()
    lock = Lock(form.get("password", ""), form.get("again", ""))
    return show_export.as_locked_file(
        lock_export(form.get("pin", ""), lock, citizen=citizen(), ports=ports())
    )
