"""How a failure is told: OAuth JSON, problem+json or a page, and never the cause."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.failures import failure_of
from chassis.refusals import DomainRefusal
from tests.chassis.frame import config_in, make_app

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(config_in(tmp_path))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


EXPECTED = {
    "invalid_grant": (400, "invalid_grant"),
    "invalid_token": (401, "invalid_token"),
    "check": (400, "invalid_request"),
    "malformed": (400, "invalid_request"),
    "domain": (409, "invalid_request"),
    "full": (503, "temporarily_unavailable"),
    "peer": (502, "temporarily_unavailable"),
    "database": (503, "temporarily_unavailable"),
    "bug": (500, "server_error"),
}


@pytest.mark.threat("340")
@pytest.mark.parametrize(("name", "wanted"), EXPECTED.items())
def test_a_protocol_endpoint_answers_in_oauth_json(
    client: FlaskClient, name: str, wanted: tuple[int, str]
) -> None:
    answer = client.get(f"/protocol/raise/{name}")

    assert (answer.status_code, answer.json["error"]) == wanted
    assert answer.headers["Cache-Control"] == "no-store"
    assert "SECRET" not in answer.text


API_CODES = EXPECTED | {
    "check": (400, "check_failed"),
    "domain": (409, "mandate_already_used"),
    "full": (503, "desk_full"),
    "peer": (502, "peer_failed"),
}


@pytest.mark.threat("340")
@pytest.mark.parametrize(("name", "wanted"), API_CODES.items())
def test_the_api_answers_in_problem_json(client: FlaskClient, name: str, wanted: tuple[int, str]) -> None:
    answer = client.get(f"/api/v1/raise/{name}")

    problem = json.loads(answer.text)
    assert answer.content_type == "application/problem+json"
    assert (answer.status_code, problem["code"]) == wanted
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["title"]
    assert "SECRET" not in answer.text


@pytest.mark.threat("340")
@pytest.mark.parametrize(("name", "wanted"), API_CODES.items())
def test_people_get_a_page_with_a_reference_number(
    client: FlaskClient, name: str, wanted: tuple[int, str]
) -> None:
    answer = client.get(f"/raise/{name}", headers={"Accept": "text/html"})

    assert answer.status_code == wanted[0]
    assert answer.headers["X-Request-Id"] in answer.text and wanted[1] in answer.text
    assert "<h1>" in answer.text and "SECRET" not in answer.text


def test_a_refused_token_says_so_in_a_header(client: FlaskClient) -> None:
    answer = client.get("/protocol/raise/invalid_token")

    expected = 'Bearer error="invalid_token", error_description="the token is unknown"'
    assert answer.headers["WWW-Authenticate"] == expected


@pytest.mark.threat("365")
def test_a_busy_database_is_503_with_a_time_to_come_back(client: FlaskClient) -> None:
    assert 1 <= int(client.get("/api/v1/raise/database").headers["Retry-After"]) <= 4


@pytest.mark.threat("331")
@pytest.mark.parametrize("method", ["TRACE", "PUT", "HEAD", "DELETE"])
def test_another_method_is_405(client: FlaskClient, method: str) -> None:
    headers = {"X-HTTP-Method-Override": "POST"}

    assert client.open("/protocol/form", method=method, headers=headers).status_code == 405


@pytest.mark.threat("338")
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_origin_may_read(client: FlaskClient, origin: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/page", headers={"Origin": origin}).headers


def test_an_error_page_comes_even_when_the_template_is_broken(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_template: Callable[..., Any] = app.jinja_env.get_or_select_template
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", lambda name, *_: get_template("absent.html"))

    answer = client.get("/raise/bug")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.threat("375")
def test_ready_follows_the_checks_and_alive_does_not(app: Flask, client: FlaskClient) -> None:
    from chassis.app import register_readiness

    def broken() -> None:
        raise RuntimeError("SECRET-REASON")

    assert client.get("/readyz").status_code == 200
    register_readiness(app, broken)

    assert client.get("/readyz").status_code == 503
    assert "SECRET" not in client.get("/readyz").text
    assert client.get("/healthz").status_code == 200


def test_a_refusal_for_now_says_when_to_come_back() -> None:
    for_now, for_good = (failure_of(DomainRefusal("code", status=status)) for status in (503, 409))

    assert 1 <= int(for_now.headers["Retry-After"]) <= 4
    assert "Retry-After" not in for_good.headers
