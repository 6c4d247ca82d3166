"""A link that the citizen pastes: looked at in the same way as one that was followed."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from wallet.domain.pasted import request_path
from wallet.domain.sealing import Viewer
from wallet.usecases.receive_offer import receive_offer
from wallet.web.entrance import citizen, ports

pages_paste = Blueprint("pages_paste", __name__)


@pages_paste.post("/collect/link")
def pasted() -> ResponseReturnValue:
    """An offer is shown before anything is collected; a request goes where requests go."""
    viewer, link = citizen().viewer, form_once().get("link", "").strip()
    return redirect(request_path(link) or _offer(link, viewer), 303)


def _offer(link: str, viewer: Viewer) -> str:
    return f"/offers/{receive_offer(link, viewer=viewer, ports=ports()).id}"
