"""Reading and writing authorization requests, and the link that starts them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import (
    InvalidRequest,
    InvalidRequestUriMethod,
    InvalidScope,
    InvalidTransactionData,
    UnsupportedResponseType,
    VpFormatsNotSupported,
)
from openid4vc.jose import base64url, strict_json
from openid4vc.vp.request import AuthorizationRequest, Invocation, VerifierInfo, invocation_url
from tests.openid4vc.vp.parties import NOW

QUERY = {
    "credentials": [
        {
            "id": "identity",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": ["https://issuer.example/vct/identity/1"]},
            "claims": [{"path": ["family_name"]}],
        }
    ]
}
ENTRY = base64url.encode(strict_json.dumps({"type": "urn:example:mandate", "credential_ids": ["identity"]}))
REQUEST = AuthorizationRequest(
    client_id="x509_hash:abc",
    response_uri="https://desk.example/oid4vp/response",
    nonce="n-0S6_WzA2Mj",
    dcql_query=parse_dcql(QUERY),
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
    state="s-1",
    transaction_data=(ENTRY,),
    wallet_nonce="w-1",
    verifier_info=(VerifierInfo(format="registration_cert", data="abc"),),
)


def _claims(**changed):
    return {name: value for name, value in (REQUEST.claims() | changed).items() if value is not None}


def test_a_request_is_read_and_written_alike():
    assert AuthorizationRequest.from_claims(REQUEST.claims()) == REQUEST


def test_what_is_not_there_is_not_written():
    bare = replace(REQUEST, state=None, transaction_data=(), wallet_nonce=None, verifier_info=())

    assert not {"state", "transaction_data", "wallet_nonce", "verifier_info"} & bare.claims().keys()
    assert AuthorizationRequest.from_claims(bare.claims()) == bare


def test_unknown_members_and_iss_are_ignored():
    claims = _claims(iss="https://evil.example", client_id_scheme="x", new_member=[1])

    assert AuthorizationRequest.from_claims(claims) == REQUEST


@pytest.mark.threat("101")
@pytest.mark.threat("106")
@pytest.mark.threat("116")
@pytest.mark.threat("122")
@pytest.mark.threat("123")
@pytest.mark.parametrize(
    "change",
    [
        {"nonce": None},
        {"nonce": ""},
        {"nonce": "a b"},
        {"nonce": "a/b"},
        {"nonce": "a\n"},
        {"nonce": 7},
        {"nonce": "n" * 10_000},
        {"client_id": None},
        {"client_id": ""},
        {"response_type": None},
        {"response_mode": None},
        {"response_mode": "fragment"},
        {"response_mode": "query"},
        {"response_mode": "DIRECT_POST"},
        {"response_mode": "direct_post.jwt"},
        {"response_mode": "dc_api"},
        {"response_uri": None},
        {"response_uri": "javascript:alert(1)"},
        {"response_uri": "https://user@desk.example/r"},
        {"response_uri": "https://desk.example/r#f"},
        {"redirect_uri": "https://desk.example/cb"},
        {"presentation_definition": {}},
        {"presentation_definition_uri": "https://desk.example/pd"},
        {"request": "e30.e30.e30"},
        {"request_uri": "https://desk.example/request"},
        {"dcql_query": None},
        {"dcql_query": {}},
        {"dcql_query": '{"credentials":[]}'},
        {"scope": "income"},
        {"state": 7},
        {"state": "a\nb"},
        {"client_metadata": "text"},
        {"client_metadata": []},
        {"verifier_info": []},
        {"verifier_info": {}},
        {"verifier_info": [{"format": "registration_cert"}]},
        {"verifier_info": [{"data": "abc"}]},
        {"verifier_info": [{"format": "x", "data": 7}]},
        {"verifier_info": [{"format": "x", "data": "y", "credential_ids": []}]},
        {"verifier_info": [{"format": "x", "data": "y", "credential_ids": ["unknown"]}]},
        {"iat": "now"},
        {"iat": 1.5},
        {"exp": -1},
        {"exp": int(NOW.timestamp())},
        {"iat": None},
        {"exp": None},
        {"wallet_nonce": 7},
    ],
    ids=str,
)
def test_a_request_with_a_fault_is_refused(change):
    with pytest.raises(InvalidRequest):
        AuthorizationRequest.from_claims(_claims(**change))


def test_another_response_type_is_not_supported():
    with pytest.raises(UnsupportedResponseType):
        AuthorizationRequest.from_claims(_claims(response_type="vp_token id_token"))


def test_a_scope_instead_of_a_query_is_unknown_here():
    with pytest.raises(InvalidScope):
        AuthorizationRequest.from_claims(_claims(dcql_query=None, scope="income"))


@pytest.mark.threat("137")
def test_transaction_data_is_held_against_the_query():
    with pytest.raises(InvalidTransactionData):
        AuthorizationRequest.from_claims(_claims(transaction_data=["!!!!"]))
    with pytest.raises(InvalidTransactionData):
        AuthorizationRequest.from_claims(REQUEST.claims() | {"transaction_data": None})


def test_with_holder_binding_a_state_may_be_absent():
    assert AuthorizationRequest.from_claims(_claims(state=None)).state is None


def test_without_holder_binding_a_state_is_needed():
    loose = {**QUERY["credentials"][0], "require_cryptographic_holder_binding": False}
    claims = _claims(dcql_query={"credentials": [loose]}, transaction_data=None)

    assert AuthorizationRequest.from_claims(claims).state == "s-1"
    with pytest.raises(InvalidRequest):
        AuthorizationRequest.from_claims({name: value for name, value in claims.items() if name != "state"})


@pytest.mark.parametrize(
    "formats",
    [
        "dc+sd-jwt",
        {},
        {"mso_mdoc": {}},
        {"vc+sd-jwt": {}},
        {"dc+sd-jwt": []},
        {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES384"]}},
        {"dc+sd-jwt": {"kb-jwt_alg_values": []}},
        {"dc+sd-jwt": {"kb-jwt_alg_values": "ES256"}},
    ],
    ids=str,
)
def test_a_verifier_that_takes_no_format_of_ours_is_told_so(formats):
    with pytest.raises(VpFormatsNotSupported):
        AuthorizationRequest.from_claims(_claims(client_metadata={"vp_formats_supported": formats}))


def test_a_verifier_that_lists_no_formats_or_no_algorithms_is_served():
    assert AuthorizationRequest.from_claims(_claims(client_metadata={})).client_metadata == {}
    assert AuthorizationRequest.from_claims(
        _claims(client_metadata={"vp_formats_supported": {"dc+sd-jwt": {}}})
    )


@pytest.mark.threat("133")
def test_verifier_info_of_an_unknown_format_is_kept_and_means_nothing():
    info = {"format": "something_new", "data": {"x": 1}, "credential_ids": ["identity"]}

    (kept,) = AuthorizationRequest.from_claims(_claims(verifier_info=[info])).verifier_info

    assert (kept.format, kept.data, kept.credential_ids) == ("something_new", {"x": 1}, ("identity",))


def test_a_request_without_times_counts_from_its_arrival():
    claims = _claims(iat=None, exp=None)

    request = AuthorizationRequest.from_claims(claims, received_at=NOW)

    assert (request.issued_at, request.expires_at) == (NOW, NOW + timedelta(minutes=5))


def test_the_link_is_read_as_it_was_written():
    url = invocation_url(
        "https://wallet.example/authorize", client_id="x509_hash:abc", request_uri="https://d.example/r?x=1"
    )

    assert url == (
        "https://wallet.example/authorize?client_id=x509_hash%3Aabc"
        "&request_uri=https%3A%2F%2Fd.example%2Fr%3Fx%3D1&request_uri_method=post"
    )


@pytest.mark.threat("115")
def test_other_parameters_of_the_link_are_ignored():
    query = {
        "client_id": "x509_hash:abc",
        "request_uri": "https://d.example/r",
        "nonce": "evil",
        "state": "evil",
    }

    assert Invocation.from_query(query) == Invocation(
        client_id="x509_hash:abc", request_uri="https://d.example/r", request_uri_method="get"
    )


@pytest.mark.threat("116")
@pytest.mark.threat("117")
@pytest.mark.parametrize(
    "change",
    [
        {"client_id": None},
        {"client_id": ""},
        {"request_uri": None},
        {"request_uri": "https://d.example/r#f"},
        {"request_uri": "https://user@d.example/r"},
        {"request_uri": "file:///etc/passwd"},
        {"request": "e30.e30.e30"},
    ],
    ids=str,
)
def test_a_link_with_a_fault_is_refused(change):
    query = {"client_id": "x509_hash:abc", "request_uri": "https://d.example/r"} | change

    with pytest.raises(InvalidRequest):
        Invocation.from_query({name: value for name, value in query.items() if value is not None})


@pytest.mark.threat("119")
@pytest.mark.parametrize("method", ["Post", "PUT", "GET", ""])
def test_another_request_uri_method_is_refused(method):
    query = {"client_id": "x509_hash:abc", "request_uri": "https://d.example/r", "request_uri_method": method}

    with pytest.raises(InvalidRequestUriMethod):
        Invocation.from_query(query)


def test_a_link_of_a_wallet_that_has_parameters_of_its_own_keeps_them():
    url = invocation_url("https://wallet.example/authorize?lang=nl", client_id="c", request_uri="r")

    assert url == "https://wallet.example/authorize?lang=nl&client_id=c&request_uri=r&request_uri_method=post"
