"""An answer is given again only to the very same question, and only while its view stands by it."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient

from chassis import reuse
from chassis.app import new_app
from chassis.reuse import allow_reuse
from tests.chassis.frame import config_in


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def good() -> list[bool]:
    return [True]


@pytest.fixture
def app(tmp_path: Path, asked: list[str], good: list[bool]) -> Flask:
    made = new_app("tests.chassis.frame", config_in(tmp_path), role="wallet", translations=Path("x"))

    @made.route("/list", methods=["GET", "POST"])
    def listed() -> Any:
        asked.append(request.headers.get("Accept", ""))
        allow_reuse(lambda: good[0])
        return jsonify(number=len(asked))

    @made.get("/own")
    def own() -> Any:
        asked.append("own")
        return jsonify(number=len(asked))

    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def get(client: FlaskClient, path: str = "/list", **options: Any) -> Any:
    return client.open(path, base_url="http://localhost:8009", **options)


def test_the_same_question_gets_the_same_answer_with_a_number_of_its_own(
    client: FlaskClient, asked: list[str]
) -> None:
    first, second = get(client), get(client, headers={"X-Request-Id": "mine-0001"})

    assert len(asked) == 1 and first.data == second.data
    assert second.headers["X-Request-Id"] == "mine-0001" != first.headers["X-Request-Id"]
    same = [(name, value) for name, value in first.headers if name != "X-Request-Id"]
    assert [(name, value) for name, value in second.headers if name != "X-Request-Id"] == same
    assert "Content-Security-Policy" in second.headers


def test_an_answer_that_its_view_no_longer_stands_by_is_not_given_again(
    client: FlaskClient, asked: list[str], good: list[bool]
) -> None:
    get(client)
    good[0] = False

    assert get(client).json == {"number": 2} and len(asked) == 2


def test_an_answer_that_no_view_allowed_is_never_given_again(client: FlaskClient, asked: list[str]) -> None:
    get(client, "/own")

    assert get(client, "/own").json == {"number": 2}


@pytest.mark.parametrize(
    "different",
    [
        {"headers": {"Accept": "text/html"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"If-None-Match": '"x"'}},
        {"headers": {"Origin": "https://elsewhere.example"}},
        {"headers": {"Accept-Language": "en"}},
        {"headers": {"Cookie": "eenmalig_lang=en"}},
        {"headers": {"Authorization": "Bearer x"}},
        {"query_string": {"lang": "en"}},
        {"method": "HEAD"},
    ],
)
def test_another_question_is_asked_anew(client: FlaskClient, asked: list[str], different: Any) -> None:
    get(client)

    get(client, **different)

    assert len(asked) == 2


def test_the_host_and_the_sizes_are_checked_all_the_same(client: FlaskClient) -> None:
    get(client)

    assert client.get("/list", base_url="http://elsewhere.example").status_code == 421


def test_so_many_questions_are_known_and_no_more(
    client: FlaskClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reuse, "MOST", 2)
    for accept in ("a/a", "b/b", "c/c"):
        get(client, headers={"Accept": accept})

    get(client, headers={"Accept": "c/c"})
    get(client, headers={"Accept": "a/a"})

    assert asked == ["a/a", "b/b", "c/c", "a/a"]


def test_a_large_answer_is_not_kept(
    client: FlaskClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reuse, "MOST_BYTES", 3)

    assert get(client).json == {"number": 1} and get(client).json == {"number": 2}
