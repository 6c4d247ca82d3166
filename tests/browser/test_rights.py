"""A citizen uses their rights in a real browser: erased with a certificate, reported, taken along."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.test_flagship import Inspector
from tools.browser_rights import RightsWalk

pytestmark = pytest.mark.browser


def after_the_use(page, urls, lang, inspect):
    citizen = RightsWalk(page, urls, lang, inspect)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    citizen.let_the_desk_act()
    return citizen


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_from_the_use_to_the_certificate_and_to_the_supervisor(page, urls, lang):
    citizen = after_the_use(page, urls, lang, lambda name, page: None)
    citizen.look = inspect = Inspector(page, urls, lang)

    citizen.ask_for_erasure()
    citizen.answer_at_the_desk()
    citizen.read_the_certificate()
    certificate = page.inner_text("main")
    citizen.report_the_request()
    reported = page.inner_text("main")
    citizen.look_at_the_supervisor()
    at_the_supervisor = page.inner_text("main")
    exported = Path(citizen.export()).read_text(encoding="utf-8")
    citizen.forget_a_line()

    assert {"nl": "Bewijs van wissen", "en": "Certificate of erasure"}[lang] in certificate
    assert "AVG 17(3)" in certificate
    assert "TZH-2026-" in reported
    assert "Geldloket Voorbeeldstad" in at_the_supervisor
    assert "Noor" in exported and "https://" not in exported
    assert "\n".join(inspect.found) == ""


def test_the_rights_work_without_javascript(chromium, urls):
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    citizen = after_the_use(page, urls, "nl", lambda name, page: None)

    citizen.use_the_rights()

    assert "verwijderd" in page.inner_text("main")
    context.close()
