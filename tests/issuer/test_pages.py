"""What people see: organisations, a mock sign-in, collecting (nl and en, without JavaScript)."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from issuer.files import read_organisations
from issuer.store.tables import offers
from tests.issuer.place import PUBLIC
from tests.issuer.wallet import Wallet

FORBIDDEN = ("credential", "issuer", "attribuut", "token", "claim", "verifier", "disclosure")


def _get(client, path, **options):
    return client.get(path, base_url=PUBLIC, **options)


def _post(client, path, page, **fields):
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return client.post(path, base_url=PUBLIC, data={"csrf_token": csrf, **fields})


def _sign_in(client, persona="noor", to=""):
    return _post(client, "/sign-in", _get(client, f"/sign-in?to={to}"), persona=persona, to=to)


def _words(page):
    text = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).lower()


def test_the_start_page_names_every_organisation_and_what_it_has(issuer):
    page = _get(issuer.client, "/")

    for organisation in read_organisations():
        assert organisation.name.nl in page.text
        assert all(each.title.nl in page.text for each in organisation.configurations)
    assert 'lang="nl"' in page.text
    assert "Municipality" in _get(issuer.client, "/?lang=en").text


def test_the_sign_in_says_that_it_is_none(issuer):
    page = _get(issuer.client, "/sign-in")

    assert "Dit is geen echte aanmelding" in page.text
    assert all(name in page.text for name in ("Noor de Vries", "Henk Bakker", "Sam Yilmaz"))


def test_somebody_collects_three_assessments(issuer):
    assert _sign_in(issuer.client, to="tax-authority").location == "/tax-authority/"
    page = _get(issuer.client, "/tax-authority/")
    chosen = {f"income-assessment-{year}": "yes" for year in (2022, 2023, 2024)}

    made = _post(issuer.client, "/tax-authority/", page, **chosen)
    shown = _get(issuer.client, made.location)
    code = re.search(r"big-code__value\">(\d{6})<", shown.text).group(1)
    link = re.search(r'href="(http://localhost:8002/offer[^"]+)"', shown.text).group(1)
    offer = issuer.read_offer(link)
    token = issuer.token_answer(
        offer.pre_authorized.pre_authorized_code, tx_code=code, tenant="tax-authority"
    )

    assert made.status_code == 303
    assert "data:image/svg+xml" in shown.text
    assert code not in unquote(link)
    assert offer.credential_configuration_ids == tuple(chosen)
    assert token.status_code == 200
    assert _get(issuer.client, made.location).status_code == 404


def test_the_offer_of_one_person_is_not_shown_to_another(issuer):
    _sign_in(issuer.client)
    made = _post(issuer.client, "/municipality/", _get(issuer.client, "/municipality/"), identity="yes")
    _sign_in(issuer.client, "henk")

    assert _get(issuer.client, made.location).status_code == 404
    assert _get(issuer.app.test_client(), made.location).status_code == 401


def test_without_a_choice_the_form_comes_back_with_what_is_missing(issuer):
    nobody = _post(issuer.client, "/sign-in", _get(issuer.client, "/sign-in"))
    _sign_in(issuer.client)
    nothing = _post(issuer.client, "/bank/", _get(issuer.client, "/bank/"))

    assert (nobody.status_code, nothing.status_code) == (400, 400)
    assert "Kies wie u bent." in nobody.text
    assert "Kies ten minste één ding om op te halen." in nothing.text
    assert issuer.count(offers) == 0


def test_who_is_not_signed_in_is_sent_to_the_sign_in(issuer):
    page = _get(issuer.client, "/bank/")
    with_token = _get(issuer.client, "/sign-in")
    answer = _post(issuer.client, "/bank/", with_token, **{"account-holder": "yes"})

    assert "/sign-in?to=bank" in page.text
    assert answer.status_code == 401
    assert "U bent niet aangemeld" in answer.text


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil", "bank/../x", ""])
def test_the_sign_in_leads_nowhere_else(issuer, to):
    assert _sign_in(issuer.client, to=to).location == "/"


def test_a_form_of_another_site_is_refused(issuer):
    _sign_in(issuer.client)

    without = issuer.client.post("/bank/", base_url=PUBLIC, data={"account-holder": "yes"})
    page = _get(issuer.client, "/bank/")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    foreign = issuer.client.post(
        "/bank/",
        base_url=PUBLIC,
        data={"csrf_token": csrf, "account-holder": "yes"},
        headers={"Origin": "https://evil.example"},
    )

    assert (without.status_code, foreign.status_code) == (403, 403)
    assert issuer.count(offers) == 0


def test_signing_out_forgets(issuer):
    _sign_in(issuer.client)
    _post(issuer.client, "/sign-out", _get(issuer.client, "/"))

    assert "Noor" not in _get(issuer.client, "/").text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pages_speak_plainly(issuer, lang):
    _sign_in(issuer.client)
    wallet = Wallet(issuer, browser=issuer.client)
    wallet.visit(wallet.push().json["request_uri"])
    made = _post(issuer.client, "/municipality/", _get(issuer.client, "/municipality/"), identity="yes")
    paths = ["/", "/sign-in", "/municipality/", "/bank/", made.location, "/bank/collect/nothing", "/nobody/"]
    paths += ["/municipality/consent", "/bank/consent", "/bank/authorize?client_id=a&request_uri=b"]

    for path in paths:
        page = _get(issuer.client, f"{path}?lang={lang}")
        words = re.sub(r"openid-credential-offer://\S+|unknown_\w+", "", _words(page))

        assert f'<html lang="{lang}"' in page.text
        assert page.text.count("<h1") == 1
        assert not [word for word in FORBIDDEN if re.search(rf"\b{word}", words)], path
        assert " style=" not in page.text and " onclick=" not in page.text


@pytest.mark.parametrize("path", ["/nobody/", "/bank/collect/nothing"])
def test_an_error_page_says_what_happened_and_what_to_do(issuer, path):
    _sign_in(issuer.client)

    page = _get(issuer.client, path)

    assert page.status_code == 404
    assert "Wat u kunt doen" in page.text
    assert "Referentienummer" in page.text
