"""Pages of settings: each choice is a form of its own, and works without script."""

from flask import Blueprint, jsonify, redirect, render_template, session
from flask.typing import ResponseReturnValue

from chassis.forms import form_once, query_once
from chassis.ui.text_size import TEXT_SIZES
from wallet.domain.settings import IDLE_MINUTES
from wallet.usecases.change_settings import (
    known_organisations,
    set_idle_minutes,
    set_rung,
    set_rung_of_others,
    set_unregistered,
)
from wallet.usecases.passkeys import remove_passkey
from wallet.usecases.read_settings import read_settings
from wallet.usecases.sign_in import sign_out, time_left
from wallet.web.entrance import TOKEN, citizen, citizen_or_nobody, forget, ports, safe_path

pages_settings = Blueprint("pages_settings", __name__)


@pages_settings.get("/settings")
def settings() -> str:
    """Everything that can be set; `done` names the part that was just changed."""
    viewer = citizen().viewer
    return render_template(
        "wallet/settings.html",
        chosen=read_settings(viewer=viewer, ports=ports()),
        organisations=known_organisations(viewer=viewer, ports=ports()),
        idle_choices=IDLE_MINUTES,
        text_sizes=TEXT_SIZES,
        done=query_once().get("done", ""),
    )


@pages_settings.post("/settings/reading")
def reading() -> ResponseReturnValue:
    """Language and size of texts: kept in this browser, because they also count before sign-in."""
    citizen()
    form = form_once()
    lang = "en" if form.get("language") == "en" else "nl"
    text = form.get("text_size", "")
    text = text if text in TEXT_SIZES else TEXT_SIZES[0]
    return redirect(f"/settings?lang={lang}&text={text}&done=reading#reading", 303)


@pages_settings.post("/settings/lock")
def lock() -> ResponseReturnValue:
    """After how many minutes the wallet locks."""
    set_idle_minutes(form_once().get("minutes", ""), viewer=citizen().viewer, ports=ports())
    return redirect("/settings?done=lock#lock-time", 303)


@pages_settings.post("/settings/unregistered")
def unregistered() -> ResponseReturnValue:
    """What happens to requests without registration."""
    set_unregistered(form_once().get("unregistered", ""), viewer=citizen().viewer, ports=ports())
    return redirect("/settings?done=unregistered#unregistered", 303)


@pages_settings.post("/settings/organisations")
def organisations() -> ResponseReturnValue:
    """How far one organisation may go."""
    form, viewer = form_once(), citizen().viewer
    set_rung(form.get("organisation", ""), form.get("rung", ""), viewer=viewer, ports=ports())
    return redirect("/settings?done=organisations#organisations", 303)


@pages_settings.post("/settings/others")
def others() -> ResponseReturnValue:
    """How far every organisation may go that has no choice of its own."""
    set_rung_of_others(form_once().get("rung", ""), viewer=citizen().viewer, ports=ports())
    return redirect("/settings?done=organisations#organisations", 303)


@pages_settings.post("/settings/passkeys/<passkey_id>/remove")
def remove_one(passkey_id: str) -> ResponseReturnValue:
    """Forget a passkey; the PIN stays."""
    remove_passkey(passkey_id, viewer=citizen().viewer, ports=ports())
    return redirect("/settings?done=passkeys#passkeys", 303)


@pages_settings.get("/session")
def remaining() -> ResponseReturnValue:
    """For the warning before the lock: seconds left; asking does not count as a click."""
    answer = jsonify(seconds=time_left(str(session.get(TOKEN, "")), ports=ports()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages_settings.post("/session/extend")
def extend() -> ResponseReturnValue:
    """Stay signed in: a click like any other."""
    citizen()
    return remaining()


@pages_settings.get("/locked")
def locked() -> ResponseReturnValue:
    """Where a page goes by itself when its time is over; open sessions of other tabs lead straight back."""
    back = safe_path(query_once().get("next", ""))
    if citizen_or_nobody() is not None:
        return redirect(back, 303)
    sign_out(forget(), ports=ports())
    return render_template("wallet/sign_in.html", name="", next=back, locked=True)
