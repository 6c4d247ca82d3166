"""A citizen clicks through the flagship; each page is looked at by machine on the way."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tools.browser_rounds import Rounds
from tools.browser_walk import Citizen

pytestmark = pytest.mark.browser

axe = Axe()


class Inspector:
    """Looks at a page: accessibility, language, overflow, foreign requests, untranslated rests."""

    def __init__(self, page, urls, lang):
        self.lang, self.origins, self.seen, self.found = lang, set(urls.values()), [], []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("console", self._console)

    def __call__(self, name, page):
        self.seen.append(name)
        violations = axe.run(page).response["violations"]
        self.found += [
            f"{name}: axe {v['id']} {[n['html'][:120] for n in v['nodes'][:2]]}" for v in violations
        ]
        if page.get_attribute("html", "lang") != self.lang:
            self.found.append(f"{name}: lang is {page.get_attribute('html', 'lang')}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.found.append(f"{name}: {wide} px too wide")
        if page.locator("h1").count() != 1:
            self.found.append(f"{name}: {page.locator('h1').count()} h1")

    def _request(self, request):
        parts = urlsplit(request.url)
        if (
            parts.scheme not in ("data", "blob", "about")
            and f"{parts.scheme}://{parts.netloc}" not in self.origins
        ):
            self.found.append(f"foreign request: {request.url}")

    def _console(self, message):
        expected = "the server responded with a status of 4" in message.text
        if message.type == "error" and not expected:
            self.found.append(f"console: {message.text}")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_flagship_from_question_to_refused_second_use(page, urls, lang):
    inspect = Inspector(page, urls, lang)
    citizen = Citizen(page, urls, lang, inspect)

    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    citizen.let_the_desk_act()
    second_use = page.inner_text("main")
    citizen.look_back()

    assert {"nl": "al gebruikt", "en": "already"}[lang] in second_use.lower()
    assert {"nl": "2.809", "en": "2,809"}[lang] in _text_of(page, urls, "/mandates")
    assert "\n".join(inspect.found) == ""


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_mandate_is_withdrawn_in_two_clicks_and_then_refused(page, urls, lang):
    inspect = Inspector(page, urls, lang)
    citizen = Citizen(page, urls, lang, inspect)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    case = page.url

    citizen.withdraw()
    page.goto(case)
    with page.expect_navigation():
        page.click("main form[action$='/use'] button")
    inspect("7-revoked-use", page)

    assert {"nl": "ingetrokken", "en": "withdr"}[lang] in page.inner_text("main").lower()
    assert "\n".join(inspect.found) == ""


def test_no_is_as_easy_as_yes_and_shares_nothing(page, urls):
    inspect = Inspector(page, urls, "nl")
    citizen = Citizen(page, urls, "nl", inspect)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    no, yes = (page.locator(f"main button[value={value}]").bounding_box() for value in ("no", "yes"))

    citizen.say_no()

    assert (no["width"], no["height"]) == (yes["width"], yes["height"])
    assert no["height"] >= 44
    assert "\n".join(inspect.found) == ""


@pytest.fixture
def bare_page(chromium):
    """A browser that runs no script at all."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def test_the_whole_flagship_works_without_javascript(bare_page, urls):
    page, seen = bare_page, []
    citizen = Rounds(page, urls, "nl", lambda name, page: seen.append(name))

    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    citizen.let_the_desk_act()
    assert "al gebruikt" in page.inner_text("main").lower()

    citizen.look_back()
    assert "2.809" in _text_of(page, urls, "/mandates")
    citizen.look_deeper_into_a_mandate()
    citizen.look_for("shared")
    assert "Gevonden: 1" in page.inner_text("main")
    citizen.ask_to_erase()
    assert "8-mandate-receipt" in seen and "8-rights-request" in seen


def test_a_no_and_a_withdrawal_work_without_javascript(bare_page, urls):
    page, citizen = bare_page, Rounds(bare_page, urls, "nl", lambda name, page: None)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_no()
    citizen.look_for("not_shared")
    assert "Gevonden: 1" in page.inner_text("main")

    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    case = page.url
    citizen.withdraw()
    assert "ingetrokken" in page.inner_text("main").lower()
    page.goto(case)
    with page.expect_navigation():
        page.click("main form[action$='/use'] button")

    assert "ingetrokken" in page.inner_text("main").lower()


def _text_of(page, urls, path):
    page.goto(urls["wallet"] + path)
    with page.expect_navigation():
        page.click("main .cards a")
    return page.inner_text("main")
