"""Token request and response for the pre-authorized code grant."""

import pytest

from openid4vc.errors import (
    InvalidAuthorizationDetails,
    InvalidRequest,
    Malformed,
    UnsupportedGrantType,
)
from openid4vc.oauth.token import PRE_AUTHORIZED, ErrorResponse, TokenRequest, TokenResponse


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
