"""Group B3 of the threat catalogue: the consent screen and what is signed after it, one test a row."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor

import pytest

from consent.mandate import LocalText, Organisation
from tests.wallet.conftest import NAME, PIN
from tests.wallet.outside import DESK, json_answer
from tests.wallet.test_requests import changed, code_of
from tests.wallet.test_threats_requests import told

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% if x %}",
    "</title><h1>x",
    "{'a': 1}%(x)s",
)


@pytest.fixture
def shown(town):
    """Noor has a card, and is asked."""
    town.collects()
    return town.asked().json


def approve(town, shown, token: str | None = None, **changes: str):
    """Approve without the help of the town, so that it can be done from several places."""
    body = {"pin": PIN, "digest": shown["digest"]} | changes
    headers = {"Authorization": f"Bearer {token or town.tokens[NAME]}"}
    client = town.app.test_client(use_cookies=False)
    path = f"/api/v1/requests/{shown['id']}/approve"
    return client.post(path, json=body, headers=headers, base_url="http://localhost:8002")


@pytest.mark.threat("146")
@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_others_are_text(town, text):
    town.issuer.claims["given_name"] = text
    town.collects()
    browser = town.browser().signs_in()
    id = town.asked().json["id"]

    pages = [browser.goes(f"/requests/{id}/{step}").text for step in range(1, 6)]

    assert html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;") in pages[1]
    assert not any(text in page for page in pages if "<" in text)
    policy = browser.page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy


@pytest.mark.threat("146")
def test_a_name_that_is_markup_is_refused_in_a_mandate(town):
    markup = Organisation(id="NTRNL-00000001", name="Geldloket Voorbeeldstad").model_copy(
        update={"name": "<b>Geldloket</b>"}
    )
    town.verifier.transaction_data = [town.verifier.mandate(mandatary=markup).encode()]

    assert told(town) == ["invalid_transaction_data"]


HIDDEN = {
    "turned around": "Geef \u202etoestemming",
    "zero width": "Geef\u200btoestemming",
    "5,000 marks": "G" + "\u0301" * 5_000,
    "isolates": "Geef \u2067100 euro\u2069",
    "a soft hyphen": "Geef toe\u00adstemming",
    "a line break": "Geef\ntoestemming",
}


@pytest.mark.threat("147")
@pytest.mark.parametrize("kind", HIDDEN)
def test_a_purpose_that_shows_otherwise_than_it_is_written(town, kind):
    text = LocalText(nl="Eén verzoek doen.", en="Make one request.").model_copy(update={"nl": HIDDEN[kind]})
    purpose = town.verifier.mandate().purpose.model_copy(update={"text": text})
    town.verifier.transaction_data = [town.verifier.mandate(purpose=purpose).encode()]

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("147")
def test_the_text_that_is_signed_is_the_text_that_is_shown(town, shown):
    page = html.unescape(town.browser().signs_in().goes(f"/requests/{shown['id']}/4").text)

    assert [line for line in shown["mandate_text"]["nl"].split("\n") if line not in page] == []


@pytest.mark.threat("148")
def test_a_text_that_is_too_long_to_read_is_refused_and_never_cut(town):
    text = LocalText(nl="Eén verzoek doen.", en="Make one request.").model_copy(update={"nl": "x " * 50_000})
    purpose = town.verifier.mandate().purpose.model_copy(update={"text": text})
    document = town.verifier.mandate().model_copy(update={"purpose": purpose})
    town.verifier.transaction_data = [document.encode()]
    town.collects()

    assert town.asked().status_code in (400, 403)
    assert town.verifier.answers == []


FORMS = {
    "an exponent": {"expires_at": 1.0e10},
    "a text": {"expires_at": "01-02-03"},
    "minus nothing": {"not_before": -0.0},
    "a dot": {"max_uses": 1.000},
    "true": {"max_uses": True},
}


@pytest.mark.threat("149")
@pytest.mark.parametrize("kind", FORMS)
def test_a_number_or_date_in_any_other_form_than_the_one_allowed(town, kind):
    town.verifier.transaction_data = [changed(town.verifier, **FORMS[kind])]

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("150")
@pytest.mark.parametrize("digest", ["", "x", "A" * 43])
def test_approving_what_was_never_shown(town, shown, digest):
    refused = approve(town, shown, digest=digest)

    assert refused.status_code in (400, 409)
    assert town.verifier.received == []


@pytest.mark.threat("152")
def test_approving_twenty_times_at_once_is_one_answer(town, shown):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: approve(town, shown).status_code, range(20)))

    assert answers.count(200) == 1
    assert set(answers) <= {200, 409, 429}
    assert len(town.verifier.received) == 1
    assert [line["kind"] for line in town.history()] == ["request", "collected"]


@pytest.mark.threat("153")
def test_an_approval_after_signing_out_or_of_a_screen_that_changed_needs_a_new_one(town, shown):
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/confirm?digest={shown['digest']}")
    token = town.call("POST", "/sessions", {"name": NAME, "pin": PIN}).json["token"]
    browser.sends("/sign-out")
    browser.goes("/sign-in").sends(f"/requests/{shown['id']}/approve", pin=PIN, digest=shown["digest"])
    assert browser.leads_to.startswith("/sign-in")

    town.clock.advance(minutes=11)
    assert code_of(approve(town, shown, token)) == "request_expired"
    assert town.verifier.received == []


@pytest.mark.threat("154")
def test_the_screen_of_another_citizen(town, shown):
    town.join("Henk")
    browser = town.browser().signs_in("Henk")

    for path in ("1", "stop", "confirm", "result", ""):
        assert browser.goes(f"/requests/{shown['id']}/{path}".rstrip("/")).page.status_code == 404
    assert approve(town, shown, town.tokens["Henk"]).status_code == 404


@pytest.mark.threat("155")
@pytest.mark.parametrize("pin", ["", "918273", "482912"])
def test_without_the_pin_of_this_moment_nothing_is_signed(town, shown, pin):
    refused = approve(town, shown, pin=pin)

    assert (refused.status_code, code_of(refused)) == (403, "wrong_pin")
    assert town.verifier.received == []


@pytest.mark.threat("156")
def test_the_wallet_in_a_frame_of_another_site(town, shown):
    browser = town.browser().signs_in()

    for path in ("/", f"/requests/{shown['id']}/5", "/cards"):
        assert "frame-ancestors 'none'" in browser.goes(path).page.headers["Content-Security-Policy"]


@pytest.mark.threat("157")
def test_a_no_is_the_same_bytes_as_not_having_the_card(town):
    missing = town.asked().json
    town.call("POST", f"/requests/{missing['id']}/decline")
    town.verifier.nonce = "n-second"
    town.collects()
    town.call("POST", f"/requests/{town.asked().json['id']}/decline")

    first, second = town.verifier.received
    assert first == second == {"error": "access_denied", "state": "s-1"}


@pytest.mark.threat("158")
@pytest.mark.parametrize(
    ("how", "outcome"), [("yes", "shared"), ("no", "not_shared"), ("refused", "failed"), ("wrong", "failed")]
)
def test_each_end_is_one_line_of_history_without_values(town, how, outcome):
    town.collects()
    if how == "wrong":
        town.verifier.claims["redirect_uri"] = DESK
        town.asked()
    elif how == "no":
        town.call("POST", f"/requests/{town.asked().json['id']}/decline")
    else:
        town.verifier.response = json_answer({"error": "invalid_request"}, 400) if how == "refused" else None
        town.approves(town.asked().json)

    lines = [line for line in town.history() if line["kind"] == "request"]
    assert [line["outcome"] for line in lines] == [outcome]
    assert "de Vries" not in str(lines) and "999990019" not in str(lines)


@pytest.mark.threat("159")
def test_a_request_that_was_dismissed_does_not_come_back(town, shown):
    town.call("POST", f"/requests/{shown['id']}/decline")

    assert code_of(town.asked()) == "request_closed"
    assert "wacht op uw antwoord" not in town.browser().signs_in().goes("/").text
