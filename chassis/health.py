"""Is the process alive, and may it be sent requests."""

from collections.abc import Callable

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify

log = structlog.get_logger(__name__)
health = Blueprint("health", __name__)
CHECKS = "readiness"


def register_readiness(app: Flask, check: Callable[[], None]) -> None:
    """Add a check that raises when the service cannot do its work now."""
    app.extensions[CHECKS].append(check)


@health.get("/healthz")
def healthz() -> Response:
    """Alive: says nothing of the database."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Ready: every check of the service passes; which one did not is in the log."""
    for check in current_app.extensions[CHECKS]:
        try:
            check()
        except Exception as failure:
            log.warning("not ready", check=getattr(check, "__name__", "check"), cause=repr(failure))
            return jsonify(status="not ready"), 503
    return jsonify(status="ready"), 200
