"""The front door in a real browser: an account in seconds, a passkey, the warning before the lock."""

from __future__ import annotations

import json
import sys
from time import monotonic

import pytest

pytestmark = pytest.mark.browser

PIN = "482913"
PAUSE_MILLISECONDS = 2000
KEY_MILLISECONDS = 350


def opens_account(page, urls, name: str) -> None:
    """Make an account from the start page."""
    page.goto(urls["wallet"] + "/")
    page.click("main a[href^='/accounts/new']")
    page.fill("#field-name", name)
    page.fill("#field-pin", PIN)
    with page.expect_navigation():
        page.click("main form[action='/accounts/new'] button")


def types_slowly(page, field, text):
    """As somebody who reads the page, and looks for each key."""
    page.wait_for_timeout(PAUSE_MILLISECONDS)
    page.locator(field).press_sequentially(text, delay=KEY_MILLISECONDS)


def test_an_account_takes_two_fields_and_two_clicks(page, urls, capsys):
    """How long that takes somebody who types slowly is measured and printed: seconds are no verdict here."""
    page.goto(urls["wallet"] + "/")
    begun = monotonic()
    page.wait_for_timeout(PAUSE_MILLISECONDS)
    page.click("main a[href^='/accounts/new']")
    types_slowly(page, "#field-name", "Begin Snel")
    types_slowly(page, "#field-pin", PIN)
    fields = page.locator("main input:not([type=hidden])").count()
    page.wait_for_timeout(PAUSE_MILLISECONDS)
    with page.expect_navigation():
        page.click("main form[action='/accounts/new'] button")
    took = monotonic() - begun

    assert fields == 2
    assert page.locator("form[action='/sign-out']").count() == 1
    keys = len("Begin Snel") + len(PIN)
    with capsys.disabled():
        sys.stdout.write(
            f"\nan account: {took:.1f} s (wanted: under 20), with {keys} keys of {KEY_MILLISECONDS} ms"
            f" and 4 pauses of {PAUSE_MILLISECONDS / 1000:.0f} s to read\n"
        )


@pytest.fixture
def device(page):
    """A device that verifies its owner, with a secret for each passkey."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_a_passkey_is_added_with_the_pin_and_signs_in_without_it(page, urls, device):
    opens_account(page, urls, "Pas Sleutel")
    page.goto(urls["wallet"] + "/settings")
    form = page.locator("form[data-passkey='create']")
    form.locator("input[type=password]").fill("918273")
    form.locator("button").click()
    page.wait_for_selector(".passkey-told:visible")
    form.locator("input[type=password]").fill(PIN)
    with page.expect_navigation():
        form.locator("button").click()
    assert page.locator("form[action*='/remove']").count() == 1

    page.locator("form[action='/sign-out'] button").click()
    page.goto(urls["wallet"] + "/sign-in?next=/cards")
    with page.expect_navigation(url="**/cards"):
        page.click("form[data-passkey='get'] button")

    assert "Pas Sleutel" in page.inner_text("header")


def test_a_device_without_a_secret_is_told_to_keep_the_pin(page, urls):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    opens_account(page, urls, "Oud Toestel")
    page.goto(urls["wallet"] + "/settings")
    form = page.locator("form[data-passkey='create']")
    form.locator("input[type=password]").fill(PIN)
    form.locator("button").click()
    page.wait_for_selector(".passkey-told:visible")

    assert "pincode" in page.inner_text(".passkey-told")
    page.reload()
    assert page.locator("form[action*='/remove']").count() == 0


def test_the_lock_warns_before_and_one_click_gives_more_time(page, urls):
    opens_account(page, urls, "Wacht Even")
    soon = {"seconds": 90}
    page.route(
        "**/session", lambda route: route.fulfill(body=json.dumps(soon), content_type="application/json")
    )
    page.goto(urls["wallet"] + "/settings")
    page.wait_for_selector("dialog#lock[open]")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")

    with page.expect_response("**/session/extend"):
        page.click("dialog#lock button")

    page.wait_for_selector("dialog#lock", state="hidden")


def test_after_the_lock_the_page_is_gone_and_the_way_leads_back(page, urls):
    opens_account(page, urls, "Op Slot")
    over = {"seconds": 0}
    page.goto(urls["wallet"] + "/settings")
    page.context.clear_cookies()
    page.route(
        "**/session", lambda route: route.fulfill(body=json.dumps(over), content_type="application/json")
    )
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    page.wait_for_url("**/locked?next=*")

    page.fill("#field-name", "Op Slot")
    page.fill("#field-pin", PIN)
    with page.expect_navigation(url="**/settings"):
        page.click("main form[action='/sign-in'] button")


def test_without_script_the_pin_is_the_way_and_nothing_is_in_it(chromium, urls):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    opens_account(page, urls, "Zonder Script")
    page.goto(urls["wallet"] + "/settings")

    assert not page.locator("form[data-passkey]").first.is_visible()
    page.check("input[name=text_size][value=large]")
    with page.expect_navigation():
        page.click("form[action='/settings/reading'] button")
    assert page.get_attribute("html", "data-text") == "large"
    context.close()
