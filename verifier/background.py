"""A thread of each server process: it delivers what is due and forgets what is past its date.

Only the server starts it.
"""

import itertools
import threading

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from verifier.ports import Ports
from verifier.usecases.deliver_notices import deliver_notices

EVERY_SECONDS = 2.0
SWEEP_EVERY = 300
log = structlog.get_logger(__name__)


def start_deliveries(app: Flask, *, stop: threading.Event | None = None) -> threading.Thread:
    """Start it; it dies with the process, and what it held is claimed again by another."""
    arguments = (app.extensions["ports"], stop or threading.Event())
    thread = threading.Thread(target=_deliver, args=arguments, name="deliveries", daemon=True)
    thread.start()
    return thread


def _deliver(ports: Ports, stop: threading.Event) -> None:
    """A database that is gone is a reason to try again, not to stop."""
    for turn in itertools.count(1):
        if stop.wait(EVERY_SECONDS):
            return
        try:
            deliver_notices(ports=ports)
            if turn % SWEEP_EVERY == 0:
                ports.store.retention.erase_past(ports.clock())
        except SQLAlchemyError as failure:
            log.warning("deliveries_wait", kind=type(failure).__name__)
