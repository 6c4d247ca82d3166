"""The form on the page of data: what the citizen adds to the least, kept before it is shown again."""

from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from wallet.domain.request import RequestId
from wallet.usecases.choose_parts import choose_parts
from wallet.usecases.show_request import show_request
from wallet.web import show_columns, show_mandate
from wallet.web.entrance import citizen, ports
from wallet.web.show_choices import choice_of
from wallet.web.show_options import option_questions

pages_choices = Blueprint("pages_choices", __name__)


@pages_choices.app_context_processor
def words() -> dict[str, Any]:
    """The text of a mandate under headings, on every page that shows one; the ways to answer."""
    return {
        "mandate_parts": show_mandate.parts,
        "option_questions": option_questions,
        "columns": show_columns,
    }


@pages_choices.post("/requests/<request_id>/choice")
def choice(request_id: str) -> ResponseReturnValue:
    """Keep the choice and show the data as they would be sent now: nothing goes on unseen."""
    form, viewer, id = form_once(), citizen().viewer, RequestId(request_id)
    before = show_request(id, viewer=viewer, ports=ports())
    choose_parts(id, choice_of(form, before), viewer=viewer, ports=ports())
    return redirect(f"/requests/{id}/2", 303)
