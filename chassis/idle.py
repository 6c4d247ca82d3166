"""A connection that rested, or heard something meanwhile, is asked whether it lives before it works."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

REST_SECONDS = 0.5
"""In a busy pool no connection rests so long, so that the question costs nobody a round trip."""
_SINCE = "eenmalig_since"


def ask_after_rest(engine: Engine) -> None:
    """Where no answer comes, all connections of the pool are made anew: the database restarted."""

    @event.listens_for(engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info[_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(driver: Any, record: Any, _: Any) -> None:
        since = record.info.get(_SINCE)
        if since is None or not (time.monotonic() - since > REST_SECONDS or _spoken_to(driver)):
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as dead:
            raise InvalidatePoolError("the database went away") from dead


def _spoken_to(driver: Any) -> bool:
    """Whether something waits to be read on a connection that asked nothing, such as its end."""
    try:
        waiting = select.poll()
        waiting.register(driver.fileno(), select.POLLIN)
        return bool(waiting.poll(0))
    except (AttributeError, OSError, ValueError, driver.OperationalError):
        return True
