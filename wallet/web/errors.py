"""Tell a refusal: as a page to people, as problem+json to developers, inside the form it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import structlog
from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.app import request_id
from chassis.errors_http import problem_answer
from chassis.refusals import DomainRefusal
from openid4vc.errors import ProtocolError
from wallet.domain.refusals import Refusal, RequestClosed, SignInFirst
from wallet.web.entrance import here
from wallet.web.pages_errors import about_code
from wallet.web.words import FIELDS, told

log = structlog.get_logger(__name__)
View = Callable[..., ResponseReturnValue]


def page_refusals(app: Flask) -> None:
    """Show refusals of pages; without a session the way leads to the sign-in page, and then back."""
    app.register_error_handler(SignInFirst, _sign_in_first)
    app.register_error_handler(Refusal, _page)
    app.register_error_handler(ProtocolError, _protocol_page)
    app.context_processor(lambda: {"refused": g.get("refused")})


def api_refusals(blueprint: Blueprint) -> None:
    """Answer refusals of the API as problem+json (RFC 9457)."""
    blueprint.register_error_handler(Refusal, _problem)


def shows_again(page: View) -> Callable[[View], View]:
    """Show the page of a form once more when the refusal is about one of its fields; others pass."""

    def around(view: View) -> View:
        @wraps(view)
        def once_more(**place: Any) -> ResponseReturnValue:
            try:
                return view(**place)
            except Refusal as refusal:
                if refusal.code not in FIELDS:
                    raise
                g.refused = told(refusal)
                answer = make_response(page(**place))
                answer.status_code = refusal.status
                return answer

        return once_more

    return around


def _sign_in_first(_refusal: Exception) -> Response:
    return make_response(redirect(f"/sign-in?next={quote(here(), safe='')}", 303))


def _page(refusal: Refusal) -> Response:
    words = told(refusal)
    log.info("refused", code=words.code, status=words.status)
    html = render_template(
        "wallet/refusal.html", told=words, request_id=request_id(), outcome=_outcome_of(refusal)
    )
    return make_response(html, words.status)


def _outcome_of(refusal: Refusal) -> str:
    """Where a request that is closed shows how it ended; nothing for other refusals."""
    known = isinstance(refusal, RequestClosed) and "id" in refusal.names
    return f"/requests/{refusal.names['id']}/result" if known else ""


def _protocol_page(error: ProtocolError) -> Response:
    """A code of a standard that no use case turned into words of ours has its own page all the same."""
    log.info("refused", code=error.error, status=error.status)
    html = render_template(
        "wallet/code.html", code=error.error, about=about_code(error.error), request_id=request_id()
    )
    return make_response(html, error.status)


def _problem(refusal: Refusal) -> Response:
    words = told(refusal)
    hint = " ".join(part for part in (words.happened, words.detail, words.next_step) if part)
    problem = DomainRefusal(words.code, status=words.status, title=words.title, hint=hint)
    return problem_answer(problem)
