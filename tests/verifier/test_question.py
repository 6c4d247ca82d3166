"""The question of a request is read from its text, and a short one is remembered."""

import json

import pytest

from openid4vc.errors import InvalidRequest, Malformed
from verifier.domain.question import MOST_REMEMBERED, question_of


def _text(claim: str) -> str:
    asked = {
        "id": "a",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": ["urn:x"]},
        "claims": [{"path": [claim]}],
    }
    return json.dumps({"credentials": [asked]})


def test_what_was_asked_twice_is_read_once() -> None:
    first, again, other = question_of(_text("name")), question_of(_text("name")), question_of(_text("city"))

    assert again is first
    assert other.credentials[0].claims[0].path == ("city",)  # type: ignore[index]


def test_a_long_question_is_not_remembered() -> None:
    text = _text("name") + " " * MOST_REMEMBERED

    assert question_of(text) == question_of(text)
    assert question_of(text) is not question_of(text)


@pytest.mark.parametrize(("text", "refusal"), [("{}", InvalidRequest), ("{", Malformed)])
def test_a_text_that_asks_nothing_is_refused_every_time(text: str, refusal: type[Exception]) -> None:
    for _ in range(2):
        with pytest.raises(refusal):
            question_of(text)
