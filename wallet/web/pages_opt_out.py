"""Pages of opting out, and of every time that an organisation looked whether it may come unasked."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from chassis.forms import form_once
from wallet.domain.mandate import MandateId
from wallet.domain.settings import CHANNELS
from wallet.usecases.opt_out import OptOutChoice, read_approachers, read_looks, state_opt_out
from wallet.usecases.opt_out_jointly import state_joint_opt_out
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again
from wallet.web.pages_settings import settings

pages_opt_out = Blueprint("pages_opt_out", __name__)
CHANNEL_WORDS = {"letter": _("By letter"), "phone": _("By telephone"), "message": _("By message")}


@pages_opt_out.app_context_processor
def opt_out_facts() -> dict[str, object]:
    """Who could approach, asked for by the one page that shows it."""
    return {
        "approachers": lambda: read_approachers(viewer=citizen().viewer, ports=ports()),
        "channel_words": CHANNEL_WORDS,
    }


@pages_opt_out.post("/settings/opt-out")
@shows_again(settings)
def opt_out() -> ResponseReturnValue:
    """Sign the choice and tell the organisation."""
    form, viewer = form_once(), citizen().viewer
    channels = tuple(one for one in CHANNELS if form.get(f"channel_{one}"))
    choice = OptOutChoice(form.get("organisation", ""), form.get("about", ""), channels)
    state_opt_out(choice, pin=form.get("pin", ""), viewer=viewer, ports=ports())
    return redirect("/settings?done=opt-out#opt-out", 303)


@pages_opt_out.post("/settings/opt-out/everybody")
@shows_again(settings)
def opt_out_everywhere() -> ResponseReturnValue:
    """One no for all: each organisation that has a mandate hears it, and each that gets one later."""
    form, viewer = form_once(), citizen().viewer
    channels = tuple(one for one in CHANNELS if form.get(f"channel_{one}"))
    state_joint_opt_out(
        form.get("about", ""), channels, pin=form.get("pin", ""), viewer=viewer, ports=ports()
    )
    return redirect("/settings?done=opt-out#opt-out", 303)


@pages_opt_out.get("/mandates/<mandate_id>/approaches")
def looks(mandate_id: str) -> str:
    """When the organisation looked whether it may approach, and what the answer was."""
    found = read_looks(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/approaches.html", checks=found, mandate_id=mandate_id)
