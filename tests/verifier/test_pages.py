"""The desk's pages in the two languages, and the browser that owns a transaction."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from openid4vc.jose.jws import parse_jws
from tests.verifier.helpers.desk import OWN, code_of


class Browser:
    """One person's browser."""

    def __init__(self, desk):
        self.desk, self.client = desk, desk.client()

    def post(self, path, **fields):
        page = self.client.get(fields.pop("page"))
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        key = re.search(r'name="key" value="([^"]+)"', page.text)
        fields |= {"csrf_token": token} | ({"key": key.group(1)} if key else {})
        return self.client.post(path, data=fields, headers={"Origin": OWN})

    def start(self):
        """From the offer to the wallet; gives what the wallet asks back."""
        said = self.post("/services/averaging/start", page="/services/averaging")
        assert said.status_code == 303
        wallet = parse_qs(urlsplit(said.location).query)
        fetched = self.client.post(urlsplit(wallet["request_uri"][0]).path)
        return said.location, fetched.text

    def grants(self):
        """The whole way; gives the path of the case."""
        _, request_object = self.start()
        request = parse_jws(request_object, expected_typ="oauth-authz-req+jwt").claims()
        code = code_of(self.desk.answer(self.desk.answer_fields(request)))
        back = self.client.get(f"/return?response_code={code}")
        assert back.status_code == 303
        return back.location


@pytest.fixture
def browser(desk):
    return Browser(desk)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("path", ["/", "/services/averaging"])
def test_pages_are_there_in_both_languages(browser, path, lang):
    said = browser.client.get(f"{path}?lang={lang}")

    assert said.status_code == 200
    assert f'<html lang="{lang}"' in said.text
    assert "Geldloket Voorbeeldstad" in said.text


def test_the_desk_leads_back_to_the_mandate_of_this_browser(browser, desk):
    case = browser.grants()

    assert f'href="{case}"' in browser.client.get("/").text
    assert case not in Browser(desk).client.get("/").text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_offer_says_question_costs_and_other_road(browser, lang):
    text = browser.client.get(f"/services/averaging?lang={lang}").text

    for words in {
        "nl": ("veel meer inkomen", "rekeningnummer (IBAN)", "papieren formulier"),
        "en": ("much more income", "account number (IBAN)", "paper form"),
    }[lang]:
        assert words in text


def test_start_sends_the_browser_to_the_wallet(browser):
    location, _ = browser.start()
    query = parse_qs(urlsplit(location).query)

    assert location.startswith("http://localhost:8002/authorize?")
    assert query["client_id"][0].startswith("x509_hash:")
    assert query["request_uri_method"] == ["post"]
    assert set(query) == {"client_id", "request_uri", "request_uri_method"}


def test_start_needs_a_form_of_our_own(browser):
    assert browser.client.post("/services/averaging/start").status_code == 403


def test_an_unknown_service_is_a_page_that_says_so(browser):
    assert browser.client.get("/services/unknown").status_code == 404


def test_the_browser_that_started_gets_receipt_act_decision_and_refusal(browser):
    case = browser.grants()
    receipt = browser.client.get(case)
    used = browser.post(f"{case}/use", page=case)
    decided = browser.client.get(used.location)
    second = browser.post(f"{case}/use", page=case)

    assert "status-badge--safe" in receipt.text
    assert used.status_code == 303
    assert re.search(r"2[.,]809", decided.text)
    assert second.status_code == 409
    assert "mandate_already_used" in second.text


def test_the_receipt_holds_no_values(browser):
    text = browser.client.get(browser.grants()).text

    assert "999990019" not in text
    assert "NL02VBLD" not in text
    assert "de Vries" not in text


def test_another_browser_sees_nothing_of_a_case(desk, browser):
    case = browser.grants()
    other = desk.client()

    assert other.get(case).status_code == 404
    assert other.get(f"{case}/decision").status_code == 404


def test_a_double_click_is_one_act(browser):
    case = browser.grants()
    page = browser.client.get(case).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    twice = [browser.client.post(f"{case}/use", data={"csrf_token": token, "key": key}) for _ in range(2)]

    assert [said.status_code for said in twice] == [303, 303]


def test_a_refusal_ends_on_a_neutral_page(desk, browser):
    _, request_object = browser.start()
    request = parse_jws(request_object, expected_typ="oauth-authz-req+jwt").claims()
    code = code_of(desk.answer({"error": "access_denied", "state": request["state"]}))

    page = browser.client.get(f"/return?response_code={code}", follow_redirects=True)

    assert page.status_code == 200
    assert "csrf_token" not in page.text


def test_the_code_leaves_the_address_bar(browser, desk):
    _, request_object = browser.start()
    request = parse_jws(request_object, expected_typ="oauth-authz-req+jwt").claims()
    code = code_of(desk.answer(desk.answer_fields(request)))

    back = browser.client.get(f"/return?response_code={code}")

    assert code not in back.location
    assert back.headers["Referrer-Policy"] == "no-referrer"


def test_the_api_lists_the_offers(desk):
    (offer,) = desk.client().get("/api/v1/services").json["services"]

    assert (offer["service"], offer["rung"]) == ("averaging", "act")
    assert offer["question"].keys() == {"nl", "en"}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"service":1}', '{"service":"a","service":"b"}'])
def test_the_api_refuses_what_it_cannot_read(desk, body):
    said = desk.client().post("/api/v1/mandate-requests", data=body, content_type="application/json")

    assert (said.status_code, said.json["code"]) == (400, "invalid_request")


def test_the_api_refuses_an_unknown_service(desk):
    said = desk.client().post("/api/v1/mandate-requests", json={"service": "unknown"})

    assert (said.status_code, said.json["code"]) == (404, "unknown_service")


def test_the_same_link_back_leads_this_browser_to_its_page_and_no_other(browser, desk):
    _, request_object = browser.start()
    request = parse_jws(request_object, expected_typ="oauth-authz-req+jwt").claims()
    code = code_of(desk.answer(desk.answer_fields(request)))
    first = browser.client.get(f"/return?response_code={code}")

    again = browser.client.get(f"/return?response_code={code}")
    foreign = desk.client().get(f"/return?response_code={code}")

    assert (again.status_code, again.location) == (303, first.location)
    assert foreign.status_code == 403
