"""Pages of mandates: what was given, how it stands, and the way to take it back."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from wallet.domain.mandate import MandateId
from wallet.usecases.view_mandate import refreshed_mandates, view_mandate
from wallet.usecases.withdraw_mandate import withdraw_mandate
from wallet.web import show_mandates
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again

pages_mandates = Blueprint("pages_mandates", __name__)


@pages_mandates.get("/mandates")
def mandates() -> str:
    """All mandates, ended ones too, as the registers say they stand now."""
    views = refreshed_mandates(viewer=citizen().viewer, ports=ports())
    return render_template("wallet/mandates.html", groups=show_mandates.grouped(views))


@pages_mandates.get("/mandates/<mandate_id>")
def mandate(mandate_id: str) -> str:
    """One mandate, as the register says it stands now."""
    view = view_mandate(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/mandate.html", view=view, story=show_mandates.story(view))


@pages_mandates.post("/mandates/<mandate_id>/withdraw")
@shows_again(mandate)
def withdraw(mandate_id: str) -> ResponseReturnValue:
    """Take it back, with the PIN."""
    pin, viewer = form_once().get("pin", ""), citizen().viewer
    withdraw_mandate(MandateId(mandate_id), pin=pin, viewer=viewer, ports=ports())
    return redirect(f"/mandates/{mandate_id}", 303)
