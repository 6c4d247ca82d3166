"""Receipts as a citizen sees them: grant, receipt, use, receipt of the use; grant, withdraw, refused use."""

from __future__ import annotations

import pytest

from tests.browser.test_flagship import Inspector
from tools.browser_walk import PIN, Citizen

pytestmark = pytest.mark.browser


@pytest.fixture(params=["nl", "en"])
def citizen(request, page, urls):
    """Somebody who just gave a mandate, on a telephone."""
    citizen = Citizen(page, urls, request.param, Inspector(page, urls, request.param))
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    return citizen


def say(citizen, nl, en):
    return {"nl": nl, "en": en}[citizen.lang]


def goes(citizen, address, name):
    citizen.page.goto(address)
    citizen.look(name, citizen.page)
    return citizen.page.inner_text("main")


def clicks(citizen, link, name):
    with citizen.page.expect_navigation():
        citizen.page.click(f"main a[href*='{link}']")
    citizen.look(name, citizen.page)
    return citizen.page.inner_text("main")


def test_grant_receipt_use_and_receipt_of_the_use(citizen):
    page, wallet = citizen.page, citizen.urls["wallet"]
    case = page.url
    cards = goes(citizen, f"{wallet}/cards", "r-cards")
    goes(citizen, f"{wallet}/mandates", "r-mandates")
    granted = clicks(citizen, "/mandates/", "r-granted")
    on_card = clicks(citizen, "/cards/", "r-card")
    page.goto(case)
    citizen.let_the_desk_act()
    goes(citizen, f"{wallet}/mandates", "r-mandates-used")
    used = clicks(citizen, "/mandates/", "r-used")
    printed = clicks(citizen, "/receipt", "r-print")
    text = page.text_content("textarea")
    with page.expect_download() as downloading:
        page.click("main a[href$='use-receipt.txt']")
    with page.expect_download() as recording:
        page.click("main a[href$='record.jsonld']")

    assert say(citizen, "Ontvangstbewijzen van machtigingen", "Receipts of mandates") in cards
    assert say(citizen, "Daarmee kunt u de machtiging intrekken", "With it you can withdraw") in granted
    assert "Geldloket Voorbeeldstad" in on_card
    assert say(citizen, "Wat niet meer terug kan", "What cannot be undone") in used
    assert say(citizen, "Wat ermee is gedaan", "What was done with it") in printed
    assert downloading.value.path().read_text() == text
    assert "dpv:ConsentRecord" in recording.value.path().read_text()
    checked = check(citizen, text)
    assert say(citizen, "Alles klopt", "Everything holds") in checked
    place = len(text) // 2
    spoiled = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert say(citizen, "Klopt niet:", "Not true:") in check(citizen, spoiled)
    assert "\n".join(citizen.look.found) == ""


def check(citizen, text):
    citizen.page.goto(f"{citizen.urls['verifier']}/check")
    citizen.page.fill("textarea[name=document]", text)
    with citizen.page.expect_navigation():
        citizen.page.click("main form button[type=submit]")
    citizen.look("r-check", citizen.page)
    return citizen.page.inner_text("main")


def test_grant_withdraw_with_the_receipt_and_refused_use(citizen):
    page, wallet = citizen.page, citizen.urls["wallet"]
    case = page.url
    citizen.withdraw()
    withdrawn = page.inner_text("main")
    cards = goes(citizen, f"{wallet}/cards", "r-cards-ended")
    goes(citizen, case, "r-case-withdrawn")
    with page.expect_navigation():
        page.click("main form[action$='/use'] button")
    citizen.look("r-refused", page)

    assert say(citizen, "ingetrokken", "withdr") in withdrawn.lower()
    assert say(citizen, "Ingetrokken", "Withdrawn") in cards
    assert say(citizen, "ingetrokken", "withdr") in page.inner_text("main").lower()
    assert "\n".join(citizen.look.found) == ""


def test_a_wallet_that_did_not_get_the_receipt_gets_it_with_the_pin(page, urls, citizen):
    address = f"{urls['wallet']}/mandates"
    goes(citizen, address, "r-list")
    clicks(citizen, "/mandates/", "r-mandate")
    text = goes(citizen, f"{page.url.partition('#')[0]}/collect-receipt", "r-collect")

    page.fill("input[name=pin]", PIN)
    with page.expect_navigation():
        page.click("main form button[type=submit]")

    assert say(citizen, "Haal het ontvangstbewijs op", "Get the receipt") in text
    assert page.url.endswith("#receipts")
    assert "\n".join(citizen.look.found) == ""
