from datetime import UTC, datetime

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from tests.openid4vc.jose.authority import NOW, later

AT = to_numeric_date(NOW)


def test_a_moment_survives_the_wire() -> None:
    assert from_numeric_date(AT) == NOW
    assert from_numeric_date(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_moment_without_time_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_numeric_date(datetime(2026, 1, 1))


@pytest.mark.threat(226)
@pytest.mark.parametrize("value", ["1", 1.0, True, None, -1, 10**400, 253402300800, [1], {}])
def test_what_is_no_whole_second_of_our_era_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        from_numeric_date(value)

    for name in ("nbf", "iat", "exp"):
        with pytest.raises(Malformed):
            check_times({name: value}, now=NOW)


@pytest.mark.threat(225)
@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"exp": AT - 60}, "expired"),
        ({"nbf": AT + 61}, "not_yet_valid"),
        ({"iat": AT + 61}, "issued_in_future"),
    ],
)
def test_a_time_out_of_bounds_refuses(claims: dict[str, int], check: str) -> None:
    with pytest.raises(CheckFailed) as refusal:
        check_times(claims, now=NOW)

    assert refusal.value.check == check


def test_a_minute_of_clock_difference_is_forgiven() -> None:
    assert check_times({"iat": AT + 60, "nbf": AT + 60, "exp": AT - 59}, now=NOW) == later(seconds=-59)
    assert check_times({}, now=NOW) is None
