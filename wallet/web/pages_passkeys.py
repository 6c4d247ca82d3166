"""What the script for passkeys asks; every answer is for that script, and the PIN works without it."""

from flask import Blueprint, Response, jsonify, session

from chassis.errors_http import problem_answer
from chassis.forms import form_once
from chassis.refusals import DomainRefusal
from wallet.domain.refusals import Refusal
from wallet.usecases.chance import new_secret
from wallet.usecases.passkeys import (
    Answered,
    begin_adding,
    begin_sign_in,
    finish_adding,
    finish_sign_in,
    list_passkeys,
    place_of,
)
from wallet.usecases.sign_in import sign_out
from wallet.web.entrance import citizen, citizen_or_nobody, forget, ports, remember, safe_path
from wallet.web.words import told

pages_passkeys = Blueprint("pages_passkeys", __name__)
VISITOR = "visitor"


@pages_passkeys.app_context_processor
def passkey_facts() -> dict[str, object]:
    """Whether this address can have passkeys, and which there are: only the two pages that show them ask."""

    def mine() -> object:
        here = citizen_or_nobody()
        return () if here is None else list_passkeys(viewer=here.viewer, ports=ports())

    return {"passkeys_possible": place_of(ports()) is not None, "my_passkeys": mine}


@pages_passkeys.post("/settings/passkeys/begin")
def begin() -> Response:
    """With the PIN: what the browser must make."""
    begun = begin_adding(form_once().get("pin", ""), citizen=citizen(), ports=ports())
    return jsonify(begun.options)


@pages_passkeys.post("/settings/passkeys")
def add() -> Response:
    """Keep what the browser made."""
    finish_adding(_answered(), citizen=citizen(), ports=ports())
    return jsonify(next="/settings?done=passkeys")


@pages_passkeys.post("/sign-in/passkey/begin")
def begin_at_the_door() -> Response:
    """What the browser must sign; the answer counts only in the browser that asked."""
    session[VISITOR] = new_secret(ports())
    return jsonify(begin_sign_in(owner=session[VISITOR], ports=ports()).options)


@pages_passkeys.post("/sign-in/passkey")
def sign_in_with_passkey() -> Response:
    """Open a session that can read; whatever is signed still needs the PIN."""
    owner, back = str(session.pop(VISITOR, "")), safe_path(form_once().get("next", ""))
    signed_in = finish_sign_in(_answered(), owner=owner, ports=ports())
    sign_out(forget(), ports=ports())
    remember(signed_in)
    return jsonify(next=back)


@pages_passkeys.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Say in words what went wrong; the script puts them on the page."""
    words = told(refusal)
    hint = f"{words.happened} {words.next_step}"
    return problem_answer(DomainRefusal(words.code, status=words.status, title=words.title, hint=hint))


def _answered() -> Answered:
    form = form_once()
    return Answered(form.get("credential", ""), form.get("secret", ""), form.get("challenge", ""))
