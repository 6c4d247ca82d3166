"""What comes back through the browser."""

import pytest

from openid4vc.errors import AccessDenied, CheckFailed, Malformed
from openid4vc.oauth.authorization import CodeRefusal, CodeResponse, read_authorization_response

SERVER = "https://issuer.example/bank"
GOOD = {"code": "c1", "state": "s1", "iss": SERVER}


def _read(query, **options):
    return read_authorization_response(query, expected_state="s1", expected_issuer=SERVER, **options)


def _refusal(query, **options):
    with pytest.raises(CheckFailed) as refused:
        _read(query, **options)
    return refused.value.check


@pytest.mark.threat("014")
def test_a_code_is_given_under_the_name_of_the_server():
    url = CodeResponse(**GOOD).redirect("https://wallet.example/cb")

    assert url == "https://wallet.example/cb?code=c1&state=s1&iss=https%3A%2F%2Fissuer.example%2Fbank"


def test_what_the_redirect_uri_already_had_stays():
    url = CodeResponse(code="c1", state="a&b=c?").redirect("https://wallet.example/cb?x=1")

    assert url == "https://wallet.example/cb?x=1&code=c1&state=a%26b%3Dc%3F"


def test_a_refusal_is_given_under_its_wire_code():
    refusal = CodeRefusal.of(AccessDenied("the citizen said no"), state="s1", issuer=SERVER)

    assert refusal.redirect("https://wallet.example/cb") == (
        "https://wallet.example/cb?error=access_denied&error_description=the+citizen+said+no"
        "&state=s1&iss=https%3A%2F%2Fissuer.example%2Fbank"
    )


def test_a_refusal_without_state_and_words_has_neither():
    refusal = CodeRefusal.of(AccessDenied(), state=None, issuer=SERVER)

    assert refusal.to_json() == {"error": "access_denied", "iss": SERVER}


def test_a_good_answer_is_read():
    assert _read({**GOOD, "x": "1"}) == CodeResponse(**GOOD)


def test_a_refusal_is_read():
    answer = _read({"error": "access_denied", "state": "s1", "iss": SERVER})

    assert answer == CodeRefusal(error="access_denied", state="s1", iss=SERVER)


@pytest.mark.parametrize("state", ["s2", "S1", None])
def test_the_answer_to_another_question_is_refused(state):
    query = {name: value for name, value in {**GOOD, "state": state}.items() if value}

    assert _refusal(query) == "authorization_state"


@pytest.mark.threat("014")
@pytest.mark.parametrize("first", [{"code": "c1"}, {"error": "access_denied"}])
@pytest.mark.parametrize("issuer", ["https://evil.example", SERVER + "/", "https://ISSUER.example/bank"])
def test_the_answer_of_another_server_is_refused(first, issuer):
    query = {**first, "state": "s1", "iss": issuer}

    assert _refusal(query) == "authorization_issuer"
    assert _refusal(query, iss_required=False) == "authorization_issuer"


def test_an_answer_without_iss_is_taken_only_from_a_server_that_does_not_know_it():
    query = {"code": "c1", "state": "s1"}

    assert _refusal(query) == "authorization_issuer"
    assert _read(query, iss_required=False).code == "c1"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "s1", "iss": SERVER},
        {**GOOD, "code": ""},
        {**GOOD, "code": "é"},
        {**GOOD, "error": "access_denied"},
        {"error": "", "state": "s1", "iss": SERVER},
        {"error": 'a"b', "state": "s1", "iss": SERVER},
        {**GOOD, "iss": "javascript:x"},
    ],
)
def test_an_answer_that_makes_no_sense_is_malformed(query):
    with pytest.raises(Malformed):
        _read(query)
