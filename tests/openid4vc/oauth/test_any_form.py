"""Whatever another party says to an authorization server, or it to us, is read or refused in words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from openid4vc.errors import (
    CheckFailed,
    InvalidAuthorizationDetails,
    InvalidRequest,
    InvalidScope,
    InvalidToken,
    Malformed,
    UnsupportedGrantType,
    UnsupportedResponseType,
)
from openid4vc.oauth.authorization import read_authorization_response
from openid4vc.oauth.par import AuthorizationReference, PushedRequest
from openid4vc.oauth.resource import parse_authorization
from openid4vc.oauth.token import parse_token_request
from tests.openid4vc.oauth.test_par import REQUEST
from tests.openid4vc.oauth.test_token import CODE

PUSHED, TOKEN = REQUEST.to_form(), CODE.to_form()
DETAILS = st.just("authorization_details")
REFUSALS = (
    InvalidAuthorizationDetails,
    InvalidRequest,
    InvalidScope,
    UnsupportedGrantType,
    UnsupportedResponseType,
)


def _fields(form):
    return st.dictionaries(st.sampled_from([*form]) | DETAILS, st.text(), max_size=3)


@settings(max_examples=100, deadline=None)
@given(_fields(PUSHED), _fields(TOKEN))
def test_any_form_is_read_or_refused(pushed, token):
    for read, form in (
        (PushedRequest.from_form, PUSHED | pushed),
        (parse_token_request, TOKEN | token),
        (AuthorizationReference.from_query, PUSHED | pushed),
    ):
        try:
            read(form)
        except REFUSALS:
            continue


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["code", "error", "error_description", "state", "iss"]), st.text()))
def test_any_answer_in_the_browser_is_read_or_refused(query):
    try:
        read_authorization_response(query, expected_state="s", expected_issuer="https://issuer.example")
    except (CheckFailed, Malformed):
        return


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text() | st.text().map("DPoP ".__add__), max_size=2))
def test_any_header_is_read_or_refused(values):
    try:
        parse_authorization(values)
    except InvalidToken:
        return
