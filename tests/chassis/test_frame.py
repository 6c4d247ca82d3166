"""What every service does alike: cookies, headers, language, forms."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.chassis.frame import config_in, make_app

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(config_in(tmp_path))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def cookies_of(answer: Any) -> dict[str, str]:
    return {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def token_in(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/page").text)
    assert found is not None
    return found[1]


@pytest.mark.threat("174")
def test_the_session_cookie_is_named_after_the_role_and_kept_from_scripts(client: FlaskClient) -> None:
    cookie = cookies_of(client.get("/page"))["eenmalig_wallet"]

    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie


@pytest.mark.threat("174")
def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    client = make_app(config_in(tmp_path, public_url="https://wallet.example", demo=False)).test_client()

    answer = client.get("/page")

    assert "Secure" in cookies_of(answer)["__Host-eenmalig_wallet"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.threat("176")
def test_a_session_cookie_with_one_bit_flipped_is_nobody(client: FlaskClient, app: Flask) -> None:
    value = cookies_of(client.get("/page"))["eenmalig_wallet"].split("=", 1)[1].split(";")[0]
    flipped = value[:-1] + ("A" if value[-1] != "A" else "B")

    with app.test_request_context(headers={"Cookie": f"eenmalig_wallet={flipped[:-2]}AA"}) as context:
        assert not context.session

    with app.test_request_context(headers={"Cookie": f"eenmalig_wallet={value}"}) as context:
        assert context.session["seen"] == "1"


@pytest.mark.threat("156")
@pytest.mark.threat("339")
@pytest.mark.parametrize(
    "path", ["/page", "/away", "/nowhere", "/raise/bug", "/static/ui/app.css", "/healthz"]
)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Request-Id"]


@pytest.mark.threat("178")
def test_only_static_files_may_be_stored(client: FlaskClient) -> None:
    assert client.get("/page").headers["Cache-Control"] == "no-store"
    assert "Cookie" in client.get("/page").headers["Vary"]
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert "max-age" in client.get("/static/ui/app.css").headers["Cache-Control"]


def test_a_form_may_lead_to_the_peers_that_the_settings_name(tmp_path: Path) -> None:
    app = make_app(
        config_in(tmp_path, http_origins=("http://localhost:8003",), hub_url="http://localhost:8000")
    )

    policy = app.test_client().get("/page").headers["Content-Security-Policy"]

    assert "form-action 'self' http://localhost:8000 http://localhost:8003;" in policy


@pytest.mark.threat("327")
@pytest.mark.parametrize("body", ["a=%ff", b"a=\xff", "a=%c3"])
@pytest.mark.parametrize("path", ["/protocol/form", "/api/v1/form"])
def test_bad_utf8_in_a_form_is_refused(client: FlaskClient, path: str, body: Any) -> None:
    assert client.post(path, data=body, content_type=FORM).status_code == 400


@pytest.mark.threat("325")
@pytest.mark.parametrize(
    ("path", "body"),
    [("/protocol/form", "a=1&a=1"), ("/protocol/form", "a=1&%61=2"), ("/protocol/form?a=1", "a=2")],
)
def test_a_field_given_twice_is_refused(client: FlaskClient, path: str, body: str) -> None:
    answer = client.post(path, data=body, content_type=FORM)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.threat("325")
def test_a_parameter_given_twice_in_the_query_is_refused(client: FlaskClient) -> None:
    assert client.get("/protocol/query?a=1&b=2").json == {"a": "1", "b": "2"}
    assert client.get("/protocol/query?a=1&a=2").status_code == 400
    assert client.get("/protocol/query?a=%ff").status_code == 400


@pytest.mark.threat("326")
@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/protocol/form", "application/json"),
        ("/protocol/form", "text/plain"),
        ("/protocol/form", "multipart/form-data; boundary=x"),
        ("/protocol/form", f"{FORM}; charset=utf-16"),
        ("/protocol/form", f"{FORM}; charset=utf-7"),
        ("/protocol/form", ""),
        ("/protocol/json", FORM),
        ("/protocol/json", "text/plain"),
        ("/protocol/json", "application/json; charset=utf-16"),
        ("/protocol/json", ""),
    ],
)
def test_a_body_of_another_type_is_refused(client: FlaskClient, path: str, content_type: str) -> None:
    answer = client.post(path, data=b"{}", headers={"Content-Type": content_type} if content_type else {})

    assert answer.status_code in (400, 415)


def test_a_form_arrives_field_by_field(client: FlaskClient) -> None:
    answer = client.post("/protocol/form", data="a=%C3%A9&b=", content_type=FORM)

    assert answer.json == {"a": "é", "b": ""}


@pytest.mark.threat("171")
@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_page_takes_no_form_without_its_token(client: FlaskClient, token: str) -> None:
    client.get("/page")

    assert client.post("/form", data={"csrf_token": token}).status_code == 403


@pytest.mark.threat("171")
def test_a_page_takes_a_form_with_its_token(client: FlaskClient) -> None:
    assert client.post("/form", data={"csrf_token": token_in(client), "a": "1"}).status_code == 200


@pytest.mark.threat("171")
def test_the_token_of_another_session_is_refused(app: Flask, client: FlaskClient) -> None:
    foreign = token_in(app.test_client())
    client.get("/page")

    assert client.post("/form", data={"csrf_token": foreign}).status_code == 403


@pytest.mark.threat("171")
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:8009.evil.example"])
def test_a_form_from_another_site_is_refused(client: FlaskClient, origin: str) -> None:
    data = {"csrf_token": token_in(client)}

    assert client.post("/form", data=data, headers={"Origin": origin}).status_code == 403


def test_only_protocol_and_api_are_exempt_from_form_tokens(app: Flask, client: FlaskClient) -> None:
    assert app.extensions["csrf_exempt"] == {"protocol", "api"}
    assert client.post("/protocol/form", data={"a": "1"}, headers={"Origin": "https://a.example"}).json


def test_the_language_is_dutch_until_english_is_chosen(client: FlaskClient) -> None:
    dutch = client.get("/nowhere").text
    english = client.get("/nowhere?lang=en")
    later = client.get("/nowhere").text

    assert 'lang="nl"' in dutch
    assert "eenmalig_lang=en" in cookies_of(english)["eenmalig_lang"]
    assert 'lang="en"' in later


@pytest.mark.parametrize("wanted", ["de", "nl;evil", "../nl", ""])
def test_an_unknown_language_is_ignored(client: FlaskClient, wanted: str) -> None:
    answer = client.get("/nowhere", query_string={"lang": wanted})

    assert 'lang="nl"' in answer.text
    assert "eenmalig_lang" not in cookies_of(answer)


def test_a_program_is_answered_in_the_language_that_it_accepts(client: FlaskClient) -> None:
    english = client.get("/api/v1/nothing", headers={"Accept-Language": "en-GB, nl;q=0.5"})
    dutch = client.get("/api/v1/nothing", headers={"Accept-Language": "fr"})

    assert english.json["title"] == "This page does not exist"
    assert dutch.json["title"] != english.json["title"]


def test_a_browser_s_own_language_changes_no_page(client: FlaskClient) -> None:
    assert 'lang="nl"' in client.get("/nowhere", headers={"Accept-Language": "en"}).text


def test_a_harmless_request_id_is_taken_over(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "abc-DEF_123"})

    assert answer.headers["X-Request-Id"] == "abc-DEF_123"


@pytest.mark.threat("329")
@pytest.mark.parametrize("given", ["short", "a" * 65, "with space in it", 'quote"quote"', "12345678\t"])
def test_any_other_request_id_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] != given


def test_values_in_templates_are_escaped_and_unknown_names_fail(client: FlaskClient) -> None:
    assert "&lt;script&gt;" in client.get("/page?word=<script>").text
    assert client.get("/undefined").status_code == 500
