"""A thread of each server process that forgets what is over.

Only the server starts it; two that sweep at once find less to do, and that is all.
"""

import threading

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from issuer.ports import Ports
from issuer.usecases.sweep import sweep

EVERY_SECONDS = 600.0
log = structlog.get_logger(__name__)


def start_sweeping(app: Flask, *, stop: threading.Event | None = None) -> threading.Thread:
    """Start it; it dies with the process, and the next one goes on."""
    arguments = (app.extensions["ports"], stop or threading.Event())
    thread = threading.Thread(target=_sweep, args=arguments, name="sweeping", daemon=True)
    thread.start()
    return thread


def _sweep(ports: Ports, stop: threading.Event) -> None:
    """A database that is gone is a reason to try again, not to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            sweep(ports=ports)
        except SQLAlchemyError as failure:
            log.warning("sweeping_waits", kind=type(failure).__name__)
