"""An approval is good for the moment in which it is given (THREATS 153)."""

from __future__ import annotations

import re

import pytest

from tests.wallet.conftest import PIN


def on_the_last_page(town):
    """A browser before the question yes or no, with the path of the request and its digest."""
    town.collects()
    browser = town.browser().signs_in().goes(town.verifier.link().removeprefix("http://localhost:8002"))
    path = browser.leads_to.removesuffix("/1")
    digest = re.search(r'name="digest" value="([\w-]+)"', browser.goes(f"{path}/5").text)
    assert digest
    return browser, path, digest[1]


@pytest.mark.threat("153")
def test_after_signing_out_nothing_that_was_on_the_screen_can_be_approved(town):
    browser, path, digest = on_the_last_page(town)
    browser.goes("/").sends("/sign-out")

    browser.goes("/sign-in").sends(f"{path}/approve", pin=PIN, digest=digest)

    assert browser.leads_to.startswith("/sign-in")
    assert town.verifier.received == []


@pytest.mark.threat("153")
def test_a_yes_without_the_pin_behind_it_signs_nothing_however_long_one_waits(town):
    browser, path, digest = on_the_last_page(town)
    browser.sends(f"{path}/choose", choice="yes", digest=digest)
    browser.goes("/").sends("/sign-out")
    town.clock.advance(minutes=6)

    browser.signs_in().goes(f"{path}/5").sends(f"{path}/approve", digest=digest, pin="")

    assert browser.page.status_code == 403
    assert town.verifier.received == []
    browser.sends(f"{path}/approve", digest=digest, pin=PIN)
    assert len(town.verifier.received) == 1
