"""Whatever another party says, a reader answers with a value or with its documented refusal."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidEncryptionParameters,
    InvalidNotificationRequest,
    InvalidProof,
    InvalidRequest,
    InvalidRequestUriMethod,
    InvalidScope,
    InvalidTransactionData,
    Malformed,
    UnsupportedResponseType,
    VpFormatsNotSupported,
)
from openid4vc.jose import strict_json
from openid4vc.oauth.token import TokenResponse
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.notification import NotificationRequest
from openid4vc.vci.offer import parse_offer, parse_offer_url
from openid4vc.vp.request import AuthorizationRequest, Invocation
from openid4vc.vp.response import AuthorizationResponse
from tests.openid4vc.vci.test_offer import OFFER
from tests.openid4vc.vp.test_request import REQUEST

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
QUERY = {
    "credentials": [
        {
            "id": "a",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": ["x"]},
            "claims": [{"id": "c", "path": ["p", 0, None], "values": [1]}],
            "claim_sets": [["c"]],
            "trusted_authorities": [{"type": "aki", "values": ["AA"]}],
        }
    ],
    "credential_sets": [{"options": [["a"]], "required": False}],
}
REQUEST_REFUSALS = (
    InvalidRequest,
    InvalidScope,
    InvalidTransactionData,
    UnsupportedResponseType,
    VpFormatsNotSupported,
)
READERS = {
    "query": (parse_dcql, QUERY, InvalidRequest),
    "request": (AuthorizationRequest.from_claims, REQUEST.claims(), REQUEST_REFUSALS),
    "offer": (lambda value: parse_offer(strict_json.dumps(value)), OFFER.to_json(), InvalidRequest),
    "credential request": (
        lambda value: CredentialRequest.parse(strict_json.dumps(value)),
        {"credential_configuration_id": "a", "proofs": {"jwt": ["p"]}},
        (InvalidCredentialRequest, InvalidProof, InvalidEncryptionParameters),
    ),
    "credential response": (
        lambda value: CredentialResponse.parse(strict_json.dumps(value)),
        {"credentials": [{"credential": "a~"}], "notification_id": "n"},
        Malformed,
    ),
    "notification": (
        lambda value: NotificationRequest.parse(strict_json.dumps(value)),
        {"notification_id": "n", "event": "credential_accepted", "event_description": "x"},
        InvalidNotificationRequest,
    ),
    "token": (
        lambda value: TokenResponse.parse(strict_json.dumps(value)),
        {"access_token": "t", "token_type": "Bearer", "expires_in": 1},
        Malformed,
    ),
}


def _places(value, place=()):
    yield place
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from _places(member, (*place, name))


def _with(value, place, new):
    if not place:
        return new
    changed = copy.deepcopy(value)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = new
    return changed


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_message_with_anything_at_any_place_is_read_or_refused(name, data):
    read, good, refusals = READERS[name]
    places = [place for place in _places(good) if place or name != "request"]
    changed = _with(good, data.draw(st.sampled_from(places)), data.draw(anything))

    try:
        read(changed)
    except refusals:
        return


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_an_offer_link_or_refused(text):
    for link in (
        text,
        f"openid-credential-offer://?credential_offer={text}",
        f"x://?credential_offer_uri={text}",
    ):
        try:
            parse_offer_url(link)
        except InvalidRequest:
            continue


fields = st.dictionaries(
    st.sampled_from(["vp_token", "error", "error_description", "state", "response", "x"]),
    st.text(),
    max_size=6,
)
parameters = st.dictionaries(
    st.sampled_from(["client_id", "request_uri", "request_uri_method", "request", "x"]), st.text(), max_size=5
)


@settings(max_examples=100, deadline=None)
@given(fields, parameters)
def test_any_form_and_any_link_is_read_or_refused(form, query):
    for read, said, refusals in (
        (AuthorizationResponse.from_form, form, InvalidRequest),
        (Invocation.from_query, query, (InvalidRequest, InvalidRequestUriMethod)),
    ):
        try:
            read(said)
        except refusals:
            continue
