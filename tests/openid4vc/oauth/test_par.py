"""Pushed authorization requests, and what the browser carries afterwards."""

import pytest

from openid4vc.errors import (
    InvalidAuthorizationDetails,
    InvalidRequest,
    InvalidScope,
    Malformed,
    UnsupportedResponseType,
)
from openid4vc.oauth.authorization_details import AuthorizationDetail
from openid4vc.oauth.par import (
    REQUEST_URI_PREFIX,
    AuthorizationReference,
    PushedRequest,
    PushedResponse,
    authorization_url,
)
from tests.openid4vc.oauth.test_pkce import CHALLENGE

REQUEST = PushedRequest(
    client_id="https://wallet.example",
    redirect_uri="https://wallet.example/cb",
    code_challenge=CHALLENGE,
    code_challenge_method="S256",
    state="s1",
    scope="nl.example.income nl.example.address",
    issuer_state="i1",
    resource="https://issuer.example/bank",
    dpop_jkt=CHALLENGE,
)


def _form(*, without=(), **changed):
    fields = {**REQUEST.to_form(), **changed}
    return {name: value for name, value in fields.items() if name not in without}


def test_a_request_survives_the_form():
    assert PushedRequest.from_form(REQUEST.to_form()) == REQUEST


def test_a_request_with_details_survives_the_form():
    details = (AuthorizationDetail(type="openid_credential", credential_configuration_id="income"),)
    request = REQUEST.model_copy(update={"scope": None, "authorization_details": details})

    assert PushedRequest.from_form(request.to_form()) == request
    assert request.scopes == ()


def test_what_other_wallets_leave_out_or_add_does_no_harm():
    form = _form(without=("state", "issuer_state", "resource", "dpop_jkt"), wallet_issuer="x")

    assert PushedRequest.from_form(form).state is None


def test_each_scope_counts_once():
    assert PushedRequest.from_form(_form(scope="b a b")).scopes == ("b", "a")


@pytest.mark.threat("004")
@pytest.mark.parametrize("name", ["request_uri", "request"])
def test_a_reference_cannot_be_pushed(name):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(**{name: "urn:x"}))


@pytest.mark.threat("010")
@pytest.mark.parametrize("response_type", ["token", "code id_token", "id_token", "", "CODE"])
def test_another_response_type_is_not_supported(response_type):
    with pytest.raises(UnsupportedResponseType):
        PushedRequest.from_form(_form(response_type=response_type))


@pytest.mark.threat("010")
def test_a_request_without_response_type_is_refused():
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(without=("response_type",)))


@pytest.mark.threat("007")
@pytest.mark.parametrize(
    ("changed", "without"),
    [
        ({"code_challenge_method": "plain"}, ()),
        ({"code_challenge_method": "s256"}, ()),
        ({}, ("code_challenge_method",)),
        ({}, ("code_challenge",)),
        ({"code_challenge": CHALLENGE[:-1]}, ()),
        ({"code_challenge": CHALLENGE + "a"}, ()),
        ({"code_challenge": CHALLENGE[:-1] + "="}, ()),
        ({"code_challenge": CHALLENGE + "\n"}, ()),
    ],
)
def test_pkce_with_s256_is_needed(changed, without):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(without=without, **changed))


@pytest.mark.threat("006")
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "/cb",
        "javascript:alert(1)",
        "https://user@wallet.example/cb",
        "https://wallet.example/cb#x",
        "https://wallet.example/cb\r\nX: y",
        "https://wallet.example\\@evil.example/cb",
        "https://wallet.example/" + "a" * 3000,
    ],
)
def test_a_redirect_uri_that_is_no_plain_address_is_refused(redirect_uri):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(redirect_uri=redirect_uri))


@pytest.mark.threat("012")
@pytest.mark.parametrize("name", ["state", "issuer_state"])
@pytest.mark.parametrize("value", ["", "s" * 65_536, "a\r\nb", "é", "a\x00"])
def test_a_state_that_could_do_harm_is_refused(name, value):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(**{name: value}))


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": ""},
        {"client_id": "a b"},
        {"scope": "a  b"},
        {"scope": 'a"b'},
        {"resource": "https://issuer.example?x=1"},
        {"dpop_jkt": "short"},
        {"response_mode": "fragment"},
    ],
)
def test_a_faulty_field_is_refused(changed):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(**changed))


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_missing_field_is_refused(name):
    with pytest.raises(InvalidRequest):
        PushedRequest.from_form(_form(without=(name,)))


def test_a_request_for_nothing_is_refused():
    with pytest.raises(InvalidScope):
        PushedRequest.from_form(_form(without=("scope",)))


def test_faulty_details_have_their_own_word():
    with pytest.raises(InvalidAuthorizationDetails):
        PushedRequest.from_form(_form(authorization_details='[{"type":"payment"}]'))


def test_the_answer_is_read_and_written_alike():
    body = b'{"request_uri":"urn:ietf:params:oauth:request_uri:abc","expires_in":60}'

    answer = PushedResponse.parse(body)

    assert (answer.request_uri, answer.expires_in) == (REQUEST_URI_PREFIX + "abc", 60)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"request_uri":"a"}',
        b'{"request_uri":"a","expires_in":0}',
        b'{"request_uri":"","expires_in":9}',
    ],
)
def test_a_faulty_answer_is_malformed(body):
    with pytest.raises(Malformed):
        PushedResponse.parse(body)


def test_the_browser_carries_only_two_things():
    url = authorization_url("https://a.example/at", client_id="w", request_uri=REQUEST_URI_PREFIX + "1")

    assert url == (
        "https://a.example/at?client_id=w&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A1"
    )
    assert authorization_url("https://a.example/?x=1", client_id="w", request_uri="u").count("?") == 1


def test_what_the_browser_carries_is_read():
    reference = AuthorizationReference.from_query({"client_id": "w", "request_uri": REQUEST_URI_PREFIX + "1"})

    assert reference == AuthorizationReference(client_id="w", request_uri=REQUEST_URI_PREFIX + "1")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"client_id": "w"},
        {"request_uri": REQUEST_URI_PREFIX + "1"},
        {"client_id": "w", "request_uri": REQUEST_URI_PREFIX},
        {"client_id": "w", "request_uri": "https://wallet.example/request"},
        {"client_id": "w", "response_type": "code", "redirect_uri": "https://wallet.example/cb"},
    ],
)
def test_a_request_that_was_not_pushed_is_refused(query):
    with pytest.raises(InvalidRequest):
        AuthorizationReference.from_query(query)
