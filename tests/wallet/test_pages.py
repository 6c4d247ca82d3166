"""Pages of consent: one decision each, the no as near as the yes, texts of others shown as text."""

from __future__ import annotations

import re

import pytest

from consent.plain_text import is_short
from tests.wallet.conftest import CODE, NAME, PIN
from tests.wallet.outside import DESK, json_answer


@pytest.fixture
def reader(town):
    """Noor, signed in, with a card."""
    town.collects()
    return town.browser().signs_in()


def opens(browser, town) -> str:
    """Follow the link of a verifier; the id of the request."""
    path = town.verifier.link().removeprefix("http://localhost:8002")
    browser.goes(path)
    found = re.fullmatch(r"/requests/([\w-]+)/1", browser.leads_to)
    assert found, browser.text
    return found.group(1)


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([\w-]+)"', page)
    assert found
    return found.group(1)


def test_who_is_signed_out_signs_in_first_and_then_gets_to_the_request(town):
    town.collects()
    path = town.verifier.link().removeprefix("http://localhost:8002")
    browser = town.browser().goes(path)
    assert browser.leads_to.startswith("/sign-in?next=")
    assert not any("request/1" in url for url in town.wire.urls())

    browser.goes(browser.leads_to)
    browser.sends("/sign-in", name=NAME, pin=PIN, next=path)
    browser.goes(browser.leads_to)

    assert re.fullmatch(r"/requests/[\w-]+/1", browser.leads_to)


@pytest.mark.threat("144")
def test_five_pages_show_who_what_after_text_and_the_choice(reader, town):
    id = opens(reader, town)
    pages = [reader.goes(f"/requests/{id}/{number}").text for number in range(1, 6)]

    assert "Geldloket Voorbeeldstad" in pages[0] and "NTRNL-00000001" in pages[0]
    assert "localhost:8003" in pages[0] and "Wet IB 2001, 3.154" in pages[0]
    assert "de Vries" in pages[1] and "Dit deelt u niet" in pages[1]
    assert "999990019" not in pages[1]
    assert "Als u nee zegt" in pages[2] and "30 dagen" in pages[2]
    for line in town.verifier.mandate().mandatary.name, town.verifier.revocation_uri:
        assert line in pages[3]
    assert "Ja, ik geef deze machtiging" in pages[4] and "Nee, ik doe dit niet" in pages[4]
    assert reader.goes(f"/requests/{id}/6").page.status_code == 404


@pytest.mark.threat("148")
def test_every_line_of_the_signed_text_is_on_the_page(reader, town):
    import html

    from consent.mandate import mandate_text

    id = opens(reader, town)
    page = html.unescape(reader.goes(f"/requests/{id}/4").text)

    assert [
        line for line in mandate_text(town.verifier.mandate(), "nl").split("\n") if line not in page
    ] == []


@pytest.mark.threat("148")
def test_the_frames_hold_the_signed_text_in_full_and_in_order_and_nothing_else(reader, town):
    import html
    import re

    from consent.mandate import mandate_text

    id = opens(reader, town)
    page = reader.goes(f"/requests/{id}/4").text

    frames = re.findall(r'<div class="mandate-text" lang="nl">(.*?)</div>', page, re.DOTALL)
    lines = [html.unescape(line) for one in frames for line in re.findall(r"<(?:p|li)[^>]*>(.*?)</", one)]
    assert "\n".join(lines) == mandate_text(town.verifier.mandate(), "nl")
    assert len(frames) == 9 and "Zo trekt u het in" in page


def test_without_a_mandate_three_pages_warn_that_no_purpose_is_given(reader, town):
    town.verifier.with_mandate = False
    id = opens(reader, town)

    assert "Geen doel genoemd" in reader.goes(f"/requests/{id}/1").text
    last = reader.goes(f"/requests/{id}/3").text
    assert "Deel eenmalig met Geldloket Voorbeeldstad" in last and "Niet delen" in last
    assert reader.goes(f"/requests/{id}/4").page.status_code == 404


def test_yes_asks_for_the_pin_and_then_leads_back_to_who_asked(reader, town):
    id = opens(reader, town)
    digest = digest_on(reader.goes(f"/requests/{id}/5").text)
    reader.sends(f"/requests/{id}/choose", choice="yes", digest=digest)
    assert town.verifier.received == []

    reader.goes(reader.leads_to)
    reader.sends(f"/requests/{id}/approve", pin=PIN, digest=digest)

    assert reader.leads_to == f"{DESK}/return?response_code=yes"
    assert "Gedeeld" in reader.goes(f"/requests/{id}/result").text


@pytest.mark.threat("157")
def test_no_is_one_click_and_leads_back_too(reader, town):
    id = opens(reader, town)
    reader.goes(f"/requests/{id}/5")

    reader.sends(f"/requests/{id}/choose", choice="no")

    assert reader.leads_to == f"{DESK}/return?response_code=no"
    assert [form["error"] for form in town.verifier.received] == ["access_denied"]


def test_anything_but_yes_is_a_no(reader, town):
    id = opens(reader, town)
    reader.goes(f"/requests/{id}/5")

    reader.sends(f"/requests/{id}/choose")

    assert "vp_token" not in town.verifier.received[0]


def test_both_answers_are_buttons_of_one_kind(reader, town):
    id = opens(reader, town)
    page = reader.goes(f"/requests/{id}/5").text

    kinds = re.findall(r'<button type="submit" class="([^"]+)" name="choice"', page)
    assert len(kinds) == 2 and len(set(kinds)) == 1


def test_a_wrong_pin_shows_the_page_again_and_keeps_the_digest(reader, town):
    id = opens(reader, town)
    digest = digest_on(reader.goes(f"/requests/{id}/5").text)
    reader.goes(f"/requests/{id}/confirm?digest={digest}")

    reader.sends(f"/requests/{id}/approve", pin="918273", digest=digest)

    assert reader.page.status_code == 403
    assert digest_on(reader.text) == digest
    assert 'id="error-summary"' in reader.text


def test_every_page_of_a_request_has_a_way_out(reader, town):
    id = opens(reader, town)

    for number in range(1, 5):
        assert f'href="/requests/{id}/stop"' in reader.goes(f"/requests/{id}/{number}").text
    assert "komt niet terug" in reader.goes(f"/requests/{id}/stop").text


def test_a_missing_card_tells_where_to_get_it_and_collecting_leads_back(town):
    browser = town.browser().signs_in()
    id = opens(browser, town)
    page = browser.goes(f"/requests/{id}/1").text
    assert "Gemeente Voorbeeldstad" in page and "http://localhost:8001/municipality/" in page

    offer = town.offered().json["id"]
    browser.goes(f"/offers/{offer}")
    browser.sends(f"/offers/{offer}/accept", pin=PIN, tx_code=CODE)

    assert f'href="/requests/{id}/1"' in browser.goes(f"/offers/{offer}").text


@pytest.mark.threat("146")
def test_texts_of_others_are_text(town):
    town.issuer.claims["given_name"] = "<script>alert(1)</script>{{7*7}}"
    town.collects()
    browser = town.browser().signs_in()
    id = opens(browser, town)

    page = browser.goes(f"/requests/{id}/2").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_an_ended_request_shows_its_outcome(reader, town):
    town.verifier.response = json_answer({"error": "invalid_request"}, 400)
    id = opens(reader, town)
    digest = digest_on(reader.goes(f"/requests/{id}/5").text)
    reader.sends(f"/requests/{id}/approve", pin=PIN, digest=digest)

    assert reader.leads_to == f"/requests/{id}/result"
    assert "nam uw antwoord niet aan" in reader.goes(f"/requests/{id}/result").text
    assert reader.goes(f"/requests/{id}").leads_to == f"/requests/{id}/result"


def test_a_refusal_page_says_what_happened_what_to_do_and_a_number(reader, town):
    town.verifier.claims["aud"] = "https://other.example"

    reader.goes(town.verifier.link().removeprefix("http://localhost:8002"))

    assert reader.page.status_code == 403
    for part in (
        "Wij weten niet wie dit vraagt",
        "Wat u kunt doen",
        "request_not_trusted",
        "Referentienummer",
    ):
        assert part in reader.text


PAGES = ("/", "/cards", "/history", "/mandates", "/accounts/new", "/sign-in")
FORBIDDEN = ("credential", "verifier", "issuer", "attribuut", "token", "claim", "presentatie", "toestemming")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_citizens_read_plain_words_in_short_sentences(reader, town, lang):
    id = opens(reader, town)
    paths = [*PAGES, *(f"/requests/{id}/{number}" for number in (1, 2, 3, 5)), f"/requests/{id}/stop"]

    for path in paths:
        page = reader.goes(f"{path}?lang={lang}").text
        main = re.sub(r"<(script|style).*?</\1>", "", page.partition("<main")[2], flags=re.S)
        texts = [re.sub(r"\s+", " ", text).strip() for text in re.findall(r">([^<>]+)<", main)]
        words = " ".join(texts).lower()
        assert [word for word in FORBIDDEN if re.search(rf"\b{word}s?\b", words)] == [], path
        assert [text for text in texts if not is_short(text)] == [], path


def test_the_wallet_tells_machines_where_its_doors_are(town):
    told = town.browser().goes("/.well-known/openid-wallet").page.json

    assert told["authorization_endpoint"] == "http://localhost:8002/authorize"
    assert told["client_id_prefixes_supported"] == ["x509_hash", "x509_san_dns"]


def test_pages_of_one_citizen_are_never_cached(reader):
    headers = reader.goes("/cards").page.headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
