"""Token request and response for the pre-authorized code grant."""

import pytest

from openid4vc.errors import (
    InvalidAuthorizationDetails,
    InvalidRequest,
    Malformed,
    UnsupportedGrantType,
)
from openid4vc.oauth.authorization_details import AuthorizationDetail
from openid4vc.oauth.token import (
    AUTHORIZATION_CODE,
    PRE_AUTHORIZED,
    REFRESH_TOKEN,
    CodeTokenRequest,
    ErrorResponse,
    RefreshTokenRequest,
    TokenRequest,
    TokenResponse,
    parse_token_request,
)
from tests.openid4vc.oauth.test_pkce import VERIFIER

DETAILS = (AuthorizationDetail(type="openid_credential", credential_configuration_id="income"),)
CODE = CodeTokenRequest(
    code="c1", redirect_uri="https://wallet.example/cb", code_verifier=VERIFIER, client_id="wallet"
)


def _form(**changed):
    return {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": "abc", **changed}


def test_a_token_request_survives_the_form():
    request = TokenRequest(pre_authorized_code="abc", tx_code="123456")

    assert request.to_form() == _form(tx_code="123456")
    assert TokenRequest.from_form(request.to_form()) == request


def test_what_other_wallets_add_is_ignored():
    request = TokenRequest.from_form(_form(user_pin="1", resource="https://i.example", client_id="wallet"))

    assert request == TokenRequest(pre_authorized_code="abc", client_id="wallet")


@pytest.mark.threat("023")
@pytest.mark.parametrize("grant_type", ["password", "implicit", "refresh_token", "authorization_code", "x"])
def test_other_grants_are_not_supported(grant_type):
    with pytest.raises(UnsupportedGrantType):
        TokenRequest.from_form(_form(grant_type=grant_type))


@pytest.mark.threat("022")
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": ""},
        {"grant_type": PRE_AUTHORIZED},
        _form(**{"pre-authorized_code": ""}),
        _form(**{"pre-authorized_code": "a" * 10_000}),
        _form(**{"pre-authorized_code": "é"}),
        {"grant_type": PRE_AUTHORIZED, "pre_authorized_code": "abc"},
        _form(tx_code=""),
        _form(tx_code="1" * 1_000_000),
        _form(tx_code="１２３"),
        _form(tx_code=["1"]),
        _form(tx_code={"a": 1}),
        _form(client_id="a b"),
    ],
    ids=lambda form: str(form)[:50],
)
def test_a_token_request_with_a_faulty_field_is_refused(form):
    with pytest.raises(InvalidRequest):
        TokenRequest.from_form(form)


@pytest.mark.threat("034")
def test_authorization_details_are_not_silently_ignored():
    with pytest.raises(InvalidAuthorizationDetails):
        TokenRequest.from_form(_form(authorization_details="[]"))


@pytest.mark.parametrize(
    "request_",
    [
        TokenRequest(pre_authorized_code="abc", tx_code="123456"),
        TokenRequest(pre_authorized_code="abc", authorization_details=DETAILS),
        CODE,
        CODE.model_copy(update={"authorization_details": DETAILS}),
        RefreshTokenRequest(refresh_token="r1", scope="a b"),
        RefreshTokenRequest(refresh_token="r" * 4000, client_id="w", authorization_details=DETAILS),
    ],
    ids=repr,
)
def test_a_request_of_each_grant_survives_the_form(request_):
    form = request_.to_form()

    assert all(isinstance(value, str) for value in form.values())
    assert parse_token_request(form) == request_


@pytest.mark.threat("023")
@pytest.mark.parametrize("grant_type", ["password", "implicit", "client_credentials", "AUTHORIZATION_CODE"])
def test_a_grant_that_nobody_knows_is_not_supported(grant_type):
    with pytest.raises(UnsupportedGrantType):
        parse_token_request({**CODE.to_form(), "grant_type": grant_type})


@pytest.mark.threat("007")
@pytest.mark.parametrize(
    "verifier", ["", "a" * 42, "a" * 129, "a" * 42 + "\x00", "a" * 43 + "\n", "a" * 42 + "é", "a" * 42 + "+"]
)
def test_a_faulty_code_verifier_is_refused(verifier):
    with pytest.raises(InvalidRequest):
        parse_token_request({**CODE.to_form(), "code_verifier": verifier})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": ""},
        {"grant_type": AUTHORIZATION_CODE},
        {"grant_type": REFRESH_TOKEN},
        {"grant_type": REFRESH_TOKEN, "refresh_token": ""},
        {"grant_type": REFRESH_TOKEN, "refresh_token": "é"},
        {"grant_type": PRE_AUTHORIZED, "code": "c1"},
        {**CODE.to_form(), "code": ""},
        {**CODE.to_form(), "code": "c" * 3000},
        {**CODE.to_form(), "redirect_uri": "javascript:x"},
        {**CODE.to_form(), "client_id": "a b"},
        *(
            {name: value for name, value in CODE.to_form().items() if name != gone}
            for gone in ("grant_type", "code", "redirect_uri", "code_verifier")
        ),
    ],
    ids=lambda form: str(form)[:70],
)
def test_a_request_with_a_faulty_field_is_refused(form):
    with pytest.raises(InvalidRequest):
        parse_token_request(form)


@pytest.mark.threat("034")
@pytest.mark.parametrize("details", ["", "x", "[]", '[{"type":"payment"}]'])
@pytest.mark.parametrize(
    "form", [_form(), CODE.to_form(), {"grant_type": REFRESH_TOKEN, "refresh_token": "r"}]
)
def test_faulty_authorization_details_have_their_own_word(form, details):
    with pytest.raises(InvalidAuthorizationDetails):
        parse_token_request({**form, "authorization_details": details})


def test_a_token_response_may_carry_more():
    body = (
        b'{"access_token":"t","token_type":"DPoP","refresh_token":"r","authorization_details":[{"type":'
        b'"openid_credential","credential_configuration_id":"income","credential_identifiers":["a","b"]}]}'
    )

    response = TokenResponse.parse(body)

    assert response.bound
    assert response.refresh_token == "r"
    assert response.identifiers("income") == ("a", "b")
    assert response.identifiers("address") == ()


def test_a_bearer_token_needs_no_proof():
    assert not TokenResponse(access_token="t", token_type="bearer").bound


def test_a_token_response_is_read():
    response = TokenResponse.parse(
        b'{"access_token":"t","token_type":"bearer","expires_in":300,"c_nonce":"x"}'
    )

    assert response.to_json() == {"access_token": "t", "token_type": "bearer", "expires_in": 300}


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"access_token":"t"}',
        b'{"access_token":"","token_type":"Bearer"}',
        b'{"access_token":"t\\r\\nX: y","token_type":"Bearer"}',
        b'{"access_token":"t","token_type":"mac"}',
        b'{"access_token":"t","token_type":"Bearer","expires_in":"300"}',
        b'{"access_token":"t","token_type":"Bearer","expires_in":-1}',
        b'{"access_token":"t","token_type":"DPoP","refresh_token":""}',
        b'{"access_token":"t","token_type":"DPoP","authorization_details":[]}',
        b'{"access_token":"t","token_type":"DPoP","authorization_details":[{"type":"payment"}]}',
        b"<html>",
    ],
)
def test_a_faulty_token_response_is_malformed(body):
    with pytest.raises(Malformed):
        TokenResponse.parse(body)


def test_an_error_response_is_read():
    refusal = ErrorResponse.parse(b'{"error":"invalid_grant","error_description":"too late"}')

    assert (refusal.error, refusal.error_description) == ("invalid_grant", "too late")


@pytest.mark.parametrize(
    "body", [b"{}", b'{"error":""}', b'{"error":"a\\nb"}', b'{"error":"x","error_description":"\\u0000"}']
)
def test_a_faulty_error_response_is_malformed(body):
    with pytest.raises(Malformed):
        ErrorResponse.parse(body)
