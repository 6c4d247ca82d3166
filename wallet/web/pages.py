"""Pages around the account: start, sign in and out, cards."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.forms import form_once, query_once
from wallet.usecases.look_around import look_around
from wallet.usecases.open_account import open_account
from wallet.usecases.sign_in import sign_in, sign_out
from wallet.web import show
from wallet.web.entrance import citizen_or_nobody, forget, ports, remember, safe_path
from wallet.web.errors import shows_again

pages = Blueprint("pages", __name__)


@pages.app_context_processor
def who_is_here() -> dict[str, object]:
    """Name the citizen and the formatting that every template of the wallet uses."""
    return {"citizen": citizen_or_nobody(), "show": show, "say": show.say}


@pages.get("/")
def home() -> str:
    """Start page: what waits, what is active, what there is."""
    return _start()


def _start() -> str:
    here = citizen_or_nobody()
    if here is None:
        return render_template("wallet/welcome.html")
    return render_template("wallet/home.html", overview=look_around(viewer=here.viewer, ports=ports()))


@pages.get("/accounts/new")
def new_account() -> str:
    """Form for a new account."""
    return _name_and_pin("wallet/account_new.html")


@pages.post("/accounts/new")
@shows_again(new_account)
def open_new_account() -> ResponseReturnValue:
    """Open an account and go on."""
    form = form_once()
    remember(open_account(form.get("name", ""), form.get("pin", ""), ports=ports()))
    return redirect(safe_path(form.get("next", "")), 303)


@pages.get("/sign-in")
def sign_in_form() -> str:
    """Form to sign in."""
    return _name_and_pin("wallet/sign_in.html")


@pages.post("/sign-in")
@shows_again(sign_in_form)
def sign_in_now() -> ResponseReturnValue:
    """Sign in and go on to where the citizen wanted to go."""
    form = form_once()
    signed_in = sign_in(form.get("name", ""), form.get("pin", ""), ports=ports())
    sign_out(forget(), ports=ports())
    remember(signed_in)
    return redirect(safe_path(form.get("next", "")), 303)


def _name_and_pin(template: str) -> str:
    """Both forms keep the name and the way on when they are shown again."""
    given = _form_fields() or query_once()
    back = safe_path(given.get("next", ""))
    return render_template(template, name=given.get("name", ""), next=back, locked=False)


def _form_fields() -> dict[str, str]:
    """Return what a form carried, or nothing when this is not a form."""
    return form_once() if request.method == "POST" else {}


@pages.post("/sign-out")
def sign_out_now() -> ResponseReturnValue:
    """End the session on the server and in the browser."""
    sign_out(forget(), ports=ports())
    return redirect("/", 303)
