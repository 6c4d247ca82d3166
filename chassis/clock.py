"""The one place that knows what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

from chassis.config import ServiceConfig

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)


def clock_for(config: ServiceConfig) -> Clock:
    """Return the real clock, or one that stands still at the demo's frozen time."""
    frozen = config.now
    if frozen is None:
        return system_clock
    instant = frozen.astimezone(UTC)
    return lambda: instant
