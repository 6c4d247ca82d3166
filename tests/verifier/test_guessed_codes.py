"""Guesses of the code on paper: what counts as one, so that nobody shuts the door for others by looking."""

from __future__ import annotations

from tests.verifier.test_helped import Person
from verifier.domain.helping import GUESSES_WITHIN


def test_pages_of_others_cannot_use_up_the_guesses_and_the_counter_does_not_either(desk):
    citizen, store = Person(desk), desk.app.extensions["ports"].store.helping

    looked = citizen.client.get("/code/request")
    citizen.types("")
    citizen.opens_at_counter("BBBBBBBB")
    before = store.guesses(since=desk.clock.now - GUESSES_WITHIN)
    citizen.types("BBBBBBBB")

    assert looked.status_code == 403
    assert (before, store.guesses(since=desk.clock.now - GUESSES_WITHIN)) == (0, 1)
