"""Moments on the wire: whole seconds since 1970, read strictly (RFC 7519, 2)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from openid4vc.errors import CheckFailed, Malformed

CLOCK_TOLERANCE = timedelta(seconds=60)
_LATEST = 253402300799


def to_numeric_date(moment: datetime) -> int:
    """An aware moment as whole seconds; a naive one is a ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return int(moment.timestamp())


def from_numeric_date(value: object) -> datetime:
    """Whole seconds as a moment in UTC; text, fractions, booleans and negatives are Malformed."""
    return datetime.fromtimestamp(_seconds(value), UTC)


def moment_of(claims: Mapping[str, Any], name: str) -> datetime | None:
    """The moment in this claim, None where the claim is absent; anything else there is Malformed."""
    return from_numeric_date(claims[name]) if name in claims else None


def check_times(
    claims: Mapping[str, Any], *, now: datetime, tolerance: timedelta = CLOCK_TOLERANCE
) -> datetime | None:
    """`nbf` and `iat` not ahead, `exp` not past, each where present; returns `exp` (RFC 7519, 4.1)."""
    moment, slack = now.timestamp(), tolerance.total_seconds()
    if "nbf" in claims and _seconds(claims["nbf"]) > moment + slack:
        raise CheckFailed("not_yet_valid", "nbf lies ahead")
    if "iat" in claims and _seconds(claims["iat"]) > moment + slack:
        raise CheckFailed("issued_in_future", "iat lies ahead")
    if "exp" not in claims:
        return None
    expires = _seconds(claims["exp"])
    if expires <= moment - slack:
        raise CheckFailed("expired", "exp has passed")
    return datetime.fromtimestamp(expires, UTC)


def _seconds(value: object) -> int:
    """The plain number is enough to compare; making a moment of it costs ten times as much."""
    if type(value) is not int or not 0 <= value <= _LATEST:
        raise Malformed("not a NumericDate in whole seconds")
    return value
