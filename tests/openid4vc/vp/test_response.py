"""What a wallet posts back."""

import pytest

from openid4vc.errors import AccessDenied, InvalidRequest
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse, read_response


def test_an_answer_survives_the_form():
    response = AuthorizationResponse({"identity": ["a~b~"], "naam": ["é"]}, "s-1")

    assert AuthorizationResponse.from_form(response.to_form()) == response


def test_an_answer_without_a_state_survives_too():
    response = AuthorizationResponse({"identity": ["a~"]}, None)

    assert response.to_form().keys() == {"vp_token"}
    assert AuthorizationResponse.from_form(response.to_form()) == response


def test_a_refusal_survives_the_form():
    refusal = AuthorizationErrorResponse.of(AccessDenied("not shared"), state="s-1")

    assert refusal.to_form() == {"error": "access_denied", "error_description": "not shared", "state": "s-1"}
    assert AuthorizationResponse.from_form(refusal.to_form()) == refusal


def test_a_bare_refusal_survives_the_form():
    refusal = AuthorizationErrorResponse.of(AccessDenied(), state=None)

    assert refusal.to_form() == {"error": "access_denied"}
    assert AuthorizationResponse.from_form(refusal.to_form()) == refusal


@pytest.mark.threat("196")
@pytest.mark.threat("199")
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"state": "s-1"},
        {"vp_token": "{}", "error": "access_denied"},
        {"vp_token": "{}", "response": "a.b.c.d.e"},
        {"response": "a.b.c.d.e"},
        {"response": ""},
        {"error": "access_denied", "response": "a.b.c.d.e"},
        {"vp_token": ""},
        {"vp_token": "[]"},
        {"vp_token": '"a~b~"'},
        {"vp_token": "7"},
        {"vp_token": "null"},
        {"vp_token": "eyJhbGciOiJFUzI1NiJ9.e30.AA~"},
        {"vp_token": '{"a":["x"],"a":["y"]}'},
        {"vp_token": '{"a":' * 100},
        {"vp_token": '{"a":["' + "x" * (1 << 20) + '"]}'},
        {"vp_token": "{}", "state": "a\nb"},
        {"error": ""},
        {"error": "access_denied\r\nforged log line"},
        {"error": "x" * 100},
        {"error": "access_denied", "error_description": "two\nlines"},
        {"error": "access_denied", "state": "é"},
    ],
    ids=lambda form: str(form)[:60],
)
def test_a_form_that_is_neither_answer_nor_refusal_is_refused(form):
    with pytest.raises(InvalidRequest):
        AuthorizationResponse.from_form(form)
    with pytest.raises(InvalidRequest):
        read_response(form)
