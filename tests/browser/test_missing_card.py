"""A card is missing for a request: where to get it, by either road, and back to that very request."""

from __future__ import annotations

import re

import pytest
import segno

from tools.browser_walk import PIN, Citizen

pytestmark = pytest.mark.browser


@pytest.fixture
def citizen(page, urls):
    """Somebody with an empty wallet, who is asked for a name."""
    citizen = Citizen(page, urls, "nl", lambda name, page: None)
    citizen.read_the_question()
    citizen.open_a_wallet()
    page.goto(urls["verifier"] + "/name")
    goes(page, "main button[value=this]")
    assert "U mist hiervoor 1 kaart" in page.inner_text("h1")
    return citizen


@pytest.fixture
def desk(chromium):
    """A screen that is not the phone: at home, or at the desk of the organisation."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def goes(page, selector):
    with page.expect_navigation():
        page.click(selector)


def offered(page, address, urls):
    """Ask for the identity card at an address of an organisation; gives the code that goes with it."""
    page.goto(urls["issuer"] + "/sign-in")
    page.check("input[value=noor]")
    goes(page, "main form button[type=submit]:visible")
    page.goto(address)
    for box in page.query_selector_all("main input[type=checkbox]"):
        box.set_checked(box.get_attribute("name") == "identity")
    goes(page, "main form button[type=submit]:visible")
    return re.sub(r"\D", "", page.inner_text(".big-code"))


def accepts(page, code):
    """From the offer in the wallet to the card."""
    page.fill("input[name=tx_code]", code)
    page.fill("input[name=pin]", PIN)
    goes(page, "main form button[type=submit]:visible")


def goes_back_to_the_request(page, request):
    """Whatever road it was, the page of the new card leads on, and the request can be answered."""
    goes(page, f"main a[href='{request}']")
    assert page.url.endswith(request)
    assert "U mist hiervoor" not in page.inner_text("h1")
    goes(page, "main .actions a >> nth=0")
    assert "Noor" in page.inner_text("#shared")
    goes(page, "main .actions a >> nth=0")
    goes(page, "main button[value=yes]")
    page.fill("input[name=pin]", PIN)
    goes(page, "main form button[type=submit]:visible")
    page.wait_for_url("**/presentations/**")


def request_of(page):
    return re.search(r"/requests/[^/]+/1", page.url).group()


def test_the_page_leads_to_the_organisation_whose_offer_leads_back(citizen, page, urls):
    request = request_of(page)
    address = page.get_attribute("main .cards a", "href")

    code = offered(page, address, urls)
    goes(page, f"a[href^='{urls['wallet']}']")
    goes(page, "main form button[type=submit]:visible")
    accepts(page, code)

    goes_back_to_the_request(page, request)


def test_a_code_on_another_screen_is_scanned_and_leads_back(citizen, page, desk, urls):
    request = request_of(page)
    code = offered(desk, page.get_attribute("main .cards a", "href"), urls)
    link = desk.get_attribute(f"a[href^='{urls['wallet']}']", "href")
    picture = segno.make(link, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
    assert desk.locator(f'main img[src="{picture}"]').count() == 1

    page.goto(link)
    goes(page, "main form button[type=submit]:visible")
    accepts(page, code)

    goes_back_to_the_request(page, request)


def test_a_link_from_another_screen_is_pasted_and_leads_back(citizen, page, desk, urls):
    request = request_of(page)
    code = offered(desk, page.get_attribute("main .cards a", "href"), urls)
    desk.click("main details summary")
    link = desk.inner_text("main details .copy__text")

    page.goto(urls["wallet"] + "/collect")
    page.fill("input[name=link]", link)
    goes(page, "main form[action='/collect/link'] button")
    accepts(page, code)

    goes_back_to_the_request(page, request)
