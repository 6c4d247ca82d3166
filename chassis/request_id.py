"""The reference number of a request: taken over when it is harmless, new otherwise."""

import re
import secrets

import structlog
from flask import Flask, Response, has_request_context, request

ENVIRON_KEY = "eenmalig.request_id"
_HARMLESS = re.compile(r"[A-Za-z0-9_-]{8,64}")


def request_id_for(given: str) -> str:
    """Return the id that a caller gave, or a new one when that is absent or could break a log line."""
    return given if _HARMLESS.fullmatch(given) else secrets.token_hex(6)


def request_id() -> str:
    """Return the reference number of the present request; outside a request there is none."""
    if not has_request_context():
        return ""
    environ = request.environ
    return str(environ.setdefault(ENVIRON_KEY, request_id_for(request.headers.get("X-Request-Id", ""))))


def register_request_id(app: Flask) -> None:
    """Name each request in its log lines and in its answer."""

    @app.before_request
    def name_request() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())

    @app.after_request
    def return_name(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        return response
