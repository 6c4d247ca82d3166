"""Pages of consent: one decision each, the same way out on each of them (UX, the consent flow)."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from chassis.forms import form_once, query_once
from wallet.domain.declining import reason_of
from wallet.domain.request import RequestId, Result
from wallet.usecases.approve_request import Approval, approve_request
from wallet.usecases.decline_request import decline_request
from wallet.usecases.read_result import read_result, send_again
from wallet.usecases.receive_request import receive_request
from wallet.usecases.show_request import OpenRequest, show_request
from wallet.web import show, show_choices
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again

pages_requests = Blueprint("pages_requests", __name__)

ASKER, DATA, AFTER, MANDATE, CONFIRM = "asker", "data", "after", "mandate", "confirm"
NAMES: Mapping[str, Any] = {
    ASKER: _("Who asks this"),
    DATA: _("Your data"),
    AFTER: _("What happens next"),
    MANDATE: _("Your mandate"),
    CONFIRM: _("Check and decide"),
}


@pages_requests.get("/authorize")
def authorize() -> ResponseReturnValue:
    """Authorization endpoint (OpenID4VP 1.0, 5): sign in first, then know who asks."""
    id = receive_request(query_once(), viewer=citizen().viewer, ports=ports())
    return redirect(f"/requests/{id}/1", 303)


@pages_requests.get("/requests/<request_id>")
def whole(request_id: str) -> ResponseReturnValue:
    """An open request starts at its first page, a closed one shows its outcome."""
    ended = read_result(RequestId(request_id), viewer=citizen().viewer, ports=ports())
    return redirect(f"/requests/{request_id}/{'1' if ended.state == 'open' else 'result'}", 303)


@pages_requests.get("/requests/<request_id>/<int:step>")
def step(request_id: str, step: int) -> str:
    """One page of the request."""
    return _page(_shown(request_id), step)


@pages_requests.post("/requests/<request_id>/choose")
def choose(request_id: str) -> ResponseReturnValue:
    """Yes goes on to the PIN, anything else is a no."""
    form = form_once()
    return CHOICES.get(form.get("choice", ""), _no)(request_id, form)


@pages_requests.get("/requests/<request_id>/confirm")
def confirm(request_id: str) -> str:
    """The PIN as the deliberate act."""
    digest = request.values.get("digest", "")
    return render_template("wallet/request/pin.html", shown=_shown(request_id), digest=digest)


@pages_requests.post("/requests/<request_id>/approve")
@shows_again(confirm)
def approve(request_id: str) -> ResponseReturnValue:
    """Sign and send exactly what was on the screen with this digest."""
    form, viewer = form_once(), citizen().viewer
    approval = Approval(form.get("digest", ""), form.get("pin", ""), form.get("surplus") == "accept")
    done = approve_request(RequestId(request_id), approval, viewer=viewer, ports=ports())
    return _onward(request_id, done.result)


@pages_requests.get("/requests/<request_id>/stop")
def stop(request_id: str) -> str:
    """Stopping tells first what it means."""
    return render_template("wallet/request/stop.html", shown=_shown(request_id))


@pages_requests.post("/requests/<request_id>/decline")
def decline(request_id: str) -> ResponseReturnValue:
    """Say no, and why if the citizen wants to tell."""
    return _no(request_id, form_once())


@pages_requests.get("/requests/<request_id>/result")
def result(request_id: str) -> str:
    """How it ended."""
    ended = read_result(RequestId(request_id), viewer=citizen().viewer, ports=ports())
    return render_template("wallet/request/result.html", ended=ended)


@pages_requests.post("/requests/<request_id>/again")
def again(request_id: str) -> ResponseReturnValue:
    """Look whether it arrived, and else send the same bytes once more."""
    send_again(RequestId(request_id), viewer=citizen().viewer, ports=ports())
    return redirect(f"/requests/{request_id}/result", 303)


def _shown(request_id: str) -> OpenRequest:
    return show_request(RequestId(request_id), viewer=citizen().viewer, ports=ports())


def _yes(request_id: str, form: Mapping[str, str]) -> ResponseReturnValue:
    return redirect(f"/requests/{request_id}/confirm?{urlencode({'digest': form.get('digest', '')})}", 303)


def _no(request_id: str, form: Mapping[str, str]) -> ResponseReturnValue:
    reason = reason_of(form.get("reason", ""))
    done = decline_request(RequestId(request_id), viewer=citizen().viewer, ports=ports(), reason=reason)
    return _onward(request_id, done)


CHOICES: Mapping[str, Callable[[str, Mapping[str, str]], ResponseReturnValue]] = {"yes": _yes}


def _onward(request_id: str, result: Result) -> ResponseReturnValue:
    """Back to who asked if they say where, else to the outcome (OpenID4VP 1.0, 8.2)."""
    return redirect(result.redirect_uri or f"/requests/{request_id}/result", 303)


def steps_of(shown: OpenRequest) -> tuple[str, ...]:
    """Return the pages of a request: five with a mandate, three without."""
    return (ASKER, DATA, AFTER, MANDATE, CONFIRM) if shown.mandate else (ASKER, DATA, CONFIRM)


def _page(shown: OpenRequest, number: int) -> str:
    """Without every card the one page is about what is missing."""
    if shown.screen is None:
        rows = show.missing_rows(shown.missing)
        return render_template("wallet/request/missing.html", shown=shown, missing=rows)
    names = steps_of(shown)
    if not 1 <= number <= len(names):
        raise NotFound
    name = names[number - 1]
    return render_template(
        f"wallet/request/{name}.html",
        shown=shown,
        screen=shown.screen,
        ask=show_choices,
        mandate=shown.screen.mandate,
        number=number,
        total=len(names),
        step_name=NAMES[name],
    )
