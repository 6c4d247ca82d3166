"""Every refusal tells what happened, whose problem it is and what to do, in both languages."""

from __future__ import annotations

import json
import re

import pytest

import openid4vc.errors
from openid4vc.errors import ProtocolError
from tests.wallet.conftest import WALLET
from wallet.domain.refusals import Refusal
from wallet.web.protocol_words import CODES
from wallet.web.whose import WHOSE
from wallet.web.words import ALL_TEXTS, told

GENERIC = ("Something went wrong", "Er ging iets mis", "The message was refused", "Het bericht is geweigerd")


def kinds_of(base: type) -> list[type]:
    return [one for kind in base.__subclasses__() for one in (kind, *kinds_of(kind))]


PROTOCOL_KINDS = [kind for kind in kinds_of(ProtocolError) if kind.__module__ == openid4vc.errors.__name__]
REFUSALS = [kind for kind in kinds_of(Refusal) if kind.__module__.startswith("wallet.")]


def test_there_are_codes_to_walk_over():
    assert len(PROTOCOL_KINDS) >= 35 and len(REFUSALS) >= 38


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("kind", PROTOCOL_KINDS, ids=lambda kind: kind.error)
def test_each_code_of_the_standards_has_its_own_page(town, kind, lang):
    page = town.browser().goes(f"/errors/{kind.error}?lang={lang}")

    assert page.page.status_code == 200
    assert not any(text in page.text for text in GENERIC)
    assert kind.error in page.text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_two_codes_share_a_title_or_a_story(town, lang):
    with town.app.test_request_context(f"{WALLET}/?lang={lang}"):
        titles = [str(words.title) for words in CODES.values()]
        stories = [str(words.happened) for words in CODES.values()]

    assert len(set(titles)) == len(titles) == len(PROTOCOL_KINDS)
    assert len(set(stories)) == len(stories)


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.code)
def test_each_refusal_of_the_wallet_says_what_whose_and_what_next(town, kind):
    assert kind.code in WHOSE and kind.code in ALL_TEXTS
    with town.app.test_request_context(f"{WALLET}/?lang=nl"):
        dutch = told(kind(host="desk.example", wait=60, organisation="Loket"))
    with town.app.test_request_context(f"{WALLET}/?lang=en"):
        english = told(kind(host="desk.example", wait=60, organisation="Loket"))

    for words in dutch, english:
        assert words.title and words.happened and words.next_step
        assert "%(" not in words.happened + words.next_step
    assert (dutch.title, dutch.whose) != (english.title, english.whose)


def test_a_code_that_does_not_exist_is_not_found(town):
    assert town.browser().goes("/errors/made_up").page.status_code == 404


def test_a_code_that_came_along_with_a_refusal_is_explained_on_its_page(town):
    town.collects()
    town.verifier.query = {"credentials": [{"id": "x", "format": "mso_mdoc", "meta": {"doctype_value": "d"}}]}
    town.verifier.with_mandate = False
    browser = town.browser().signs_in()
    browser.goes(town.verifier.link().removeprefix(WALLET))

    assert browser.page.status_code == 400
    assert "Het verzoek vraagt om een ander soort kaart" in browser.text
    assert "De organisatie moet dit oplossen. U deed niets fout." in browser.text


def test_the_reference_number_on_the_page_is_in_the_log(build, capsys):
    town = build(log_level="INFO")
    town.join()
    browser = town.browser().signs_in()
    browser.goes("/cards/nobody-has-this-card")

    number = re.search(r"Referentienummer: <code>([^<]+)</code>", browser.text)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert number
    assert any(
        line.get("request_id") == number.group(1) and line.get("code") == "not_found" for line in lines
    )


def test_a_code_that_no_use_case_caught_still_has_its_page(town, monkeypatch):
    def fails(**_):
        raise openid4vc.errors.TemporarilyUnavailable

    monkeypatch.setattr("wallet.web.pages_settings.known_organisations", fails)
    page = town.browser().signs_in().goes("/settings")

    assert page.page.status_code == 503
    assert "Het is daar te druk" in page.text
