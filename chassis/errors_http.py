"""One refusal, three ways to tell it: OAuth JSON to machines, problem+json to developers, pages to all."""

import structlog
from flask import Blueprint, Flask, Response, jsonify, render_template, request
from jinja2 import TemplateError
from markupsafe import escape

from chassis.failures import Failure, failure_of
from chassis.refusals import DomainRefusal as DomainRefusal
from chassis.request_id import request_id
from openid4vc.errors import ProtocolError

log = structlog.get_logger(__name__)


def protocol_errors(blueprint: Blueprint) -> None:
    """Answer every failure of these endpoints as OAuth does (RFC 6749, 5.2); causes only reach the log."""
    blueprint.register_error_handler(Exception, oauth_answer)


def api_errors(blueprint: Blueprint) -> None:
    """Answer every failure of these endpoints as problem+json (RFC 9457)."""
    blueprint.register_error_handler(Exception, problem_answer)


def page_errors(app: Flask) -> None:
    """Answer every other failure with a page, or with problem+json to who asked no page."""
    app.register_error_handler(Exception, default_answer)


def oauth_answer(error: Exception) -> Response:
    """Return `error` from the closed list and an ASCII `error_description`."""
    failure = _logged(error)
    code = failure.code if isinstance(error, ProtocolError) else _nearest_code(failure.status)
    body = {"error": code}
    if failure.public:
        body["error_description"] = failure.public
    return _finish(jsonify(body), failure)


def problem_answer(error: Exception) -> Response:
    """Return what happened, a stable code, the reference number and what to do."""
    failure = _logged(error)
    response = jsonify(
        type=f"urn:eenmalig:problem:{failure.code}",
        title=failure.public or str(failure.title),
        status=failure.status,
        code=failure.code,
        hint=str(failure.hint),
        request_id=request_id(),
    )
    response.content_type = "application/problem+json"
    return _finish(response, failure)


def default_answer(error: Exception) -> Response:
    """Choose between a page and problem+json."""
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        return problem_answer(error)
    return page_answer(error)


def page_answer(error: Exception) -> Response:
    """Return a page that says what happened and what to do, with the reference number."""
    failure = _logged(error)
    try:
        html = render_template(
            "error.html",
            title=str(failure.title),
            happened="",
            next_step=str(failure.hint),
            code=failure.code,
            request_id=request_id(),
        )
    except TemplateError:
        log.exception("no error page")
        html = f"<!doctype html><title>Eenmalig</title><h1>{escape(failure.title)}</h1><p>{request_id()}</p>"
    return _finish(Response(html, content_type="text/html; charset=utf-8"), failure)


def _logged(error: Exception) -> Failure:
    """A refusal that we meant, such as "too busy", is no bug; a stack for each costs most in an overload."""
    failure = failure_of(error)
    facts = {"status": failure.status, "code": failure.code, "endpoint": request.endpoint}
    if failure.is_ours and isinstance(error, DomainRefusal):
        log.warning("not now", **facts, cause=_cause(error))
    elif failure.is_ours:
        log.error("failed", **facts, exc_info=error)
    else:
        log.info("refused", **facts, kind=type(error).__name__, cause=_cause(error))
    return failure


def _cause(error: BaseException) -> str:
    chain = [str(error)]
    while error.__cause__ is not None:
        error = error.__cause__
        chain.append(f"{type(error).__name__}: {error}")
    return " <- ".join(chain)


def _nearest_code(status: int) -> str:
    if status in (502, 503):
        return "temporarily_unavailable"
    return "server_error" if status >= 500 else "invalid_request"


def _finish(response: Response, failure: Failure) -> Response:
    response.status_code = failure.status
    response.headers.update(failure.headers)
    response.headers["Cache-Control"] = "no-store"
    return response
