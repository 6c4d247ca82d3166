"""Times between code (aware UTC) and tables (whole seconds)."""

from datetime import UTC, datetime
from typing import overload


def seconds(moment: datetime) -> int:
    """Return whole seconds, rounded down."""
    return int(moment.timestamp())


@overload
def moment(seconds: int) -> datetime: ...
@overload
def moment(seconds: None) -> None: ...
def moment(seconds: int | None) -> datetime | None:
    """Return an aware UTC time; nothing stays nothing."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
