"""A no costs no more than a yes, on whatever page of a request somebody makes up their mind."""

from __future__ import annotations

import pytest

from tools.browser_walk import PIN, Citizen

pytestmark = pytest.mark.browser

LOOKS_OF_THE_LAST_ACT = """() =>
[...document.querySelectorAll("main form[action$='/approve'] .actions > *")].map(e => {
  const style = getComputedStyle(e), height = Math.round(e.getBoundingClientRect().height);
  return [style.color, style.backgroundColor, style.borderColor, style.fontSize, style.fontWeight,
          height].join();
})"""
ACT_OF_WILL = "main button[value=yes], main button[value=no]"


def test_from_every_page_of_every_request_no_takes_no_more_clicks_than_yes(page, urls):
    citizen = Citizen(page, urls, "nl", lambda name, page: None)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    for question, count in (("/services/averaging", 5), ("/services/averaging/advice", 3), ("/name", 3)):
        page.goto(urls["verifier"] + question)
        with page.expect_navigation():
            page.click("main form button[value=this], main form button:not([name])")
        pages = _pages_of_request(page)

        efforts = {url: (_effort(page, url, "no"), _effort(page, url, "yes")) for url in pages}

        assert len(pages) == count
        for url, ((no_clicks, no_keys), (yes_clicks, yes_keys)) in efforts.items():
            assert no_clicks <= min(2, yes_clicks) and no_keys <= yes_keys, (url, efforts[url])


def _pages_of_request(page):
    """Every step up to the choice, in order."""
    pages = [page.url]
    while not page.locator(ACT_OF_WILL).count():
        with page.expect_navigation():
            page.click("main .actions a >> nth=0")
        pages.append(page.url)
    return pages


def _effort(page, url, answer):
    """Clicks and keys until the answer is given, by the shortest way on the pages; nothing is sent."""
    page.goto(url)
    clicks = 0
    if answer == "no" and not page.locator(ACT_OF_WILL).count():
        with page.expect_navigation():
            page.click("main a[href$='/stop']")
        assert page.locator("main form[action$='/decline'] button[type=submit]").count() == 1
        return 2, 0
    while not page.locator(ACT_OF_WILL).count():
        with page.expect_navigation():
            page.click("main .actions a >> nth=0")
        clicks += 1
    if answer == "no":
        return clicks + 1, 0
    with page.expect_navigation():
        page.click("main button[value=yes]")
    assert page.locator("main form[action$='/approve'] input[name=pin]").count() == 1
    looks = page.evaluate(LOOKS_OF_THE_LAST_ACT)
    assert len(looks) == 2 and len(set(looks)) == 1, looks
    return clicks + 2, len(PIN)
