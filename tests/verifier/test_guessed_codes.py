"""Guesses of the code on paper: what counts as one, and that nobody shuts the door for others."""

from __future__ import annotations

import pytest

from tests.verifier.test_helped import Person
from verifier.domain.guessing import ALARM, GUESSES, GUESSES_WITHIN, MOST_GUESSES, Guesses, network_of

HERE = "127.0.0.1"


def guesses_of(desk, network=HERE):
    return desk.app.extensions["ports"].store.helping.guesses(network, since=desk.clock.now - GUESSES_WITHIN)


def guessed(desk, times, network):
    """So many wrong codes from a network."""
    store = desk.app.extensions["ports"].store.helping
    for _ in range(times):
        store.wrong_code(network, at=desk.clock.now, forget=desk.clock.now - GUESSES_WITHIN)


def test_pages_of_others_cannot_use_up_the_guesses_and_the_counter_does_not_either(desk):
    citizen = Person(desk)

    looked = citizen.client.get("/code/request")
    citizen.types("")
    citizen.opens_at_counter("BBBBBBBB")
    before = guesses_of(desk)
    citizen.types("BBBBBBBB")

    assert looked.status_code == 403
    assert (before, guesses_of(desk)) == (Guesses(0, 0), Guesses(1, 1))


@pytest.mark.threat("907")
def test_one_who_guesses_shuts_the_door_for_nobody_else(any_desk):
    helper, citizen = Person(any_desk), Person(any_desk)
    _, code = helper.prepares()
    guessed(any_desk, GUESSES, "203.0.113.9")

    assert guesses_of(any_desk, "203.0.113.9").too_many
    assert citizen.types(code).status_code == 303


@pytest.mark.threat("908")
def test_whoever_guesses_from_one_place_is_stopped_there(desk):
    citizen = Person(desk)
    _, code = Person(desk).prepares()
    guessed(desk, GUESSES, HERE)

    assert citizen.types(code).status_code == 429


@pytest.mark.parametrize(
    ("own", "everybody", "too_many"),
    [
        (0, ALARM - 1, False),
        (GUESSES - 1, ALARM - 1, False),
        (GUESSES, GUESSES, True),
        (0, ALARM, False),
        (1, ALARM, True),
        (0, MOST_GUESSES, True),
    ],
)
def test_under_attack_from_many_places_everybody_has_one_wrong_code(own, everybody, too_many):
    assert Guesses(own, everybody).too_many is too_many


def test_guesses_of_before_are_gone_with_the_next_one_so_that_the_table_stays_bounded(desk):
    guessed(desk, 3, "203.0.113.9")
    desk.advance(seconds=GUESSES_WITHIN.total_seconds())

    guessed(desk, 1, HERE)
    desk.advance(seconds=-1)

    assert guesses_of(desk) == Guesses(1, 1)


def test_the_table_tells_nobody_an_address(desk, tmp_path):
    guessed(desk, 1, "203.0.113.9")

    assert b"203.0.113.9" not in (tmp_path / "verifier.db").read_bytes()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.8", False),
        ("nonsense", "", True),
    ],
)
def test_a_house_with_many_addresses_is_one_client(one, other, same):
    assert (network_of(one) == network_of(other)) is same
