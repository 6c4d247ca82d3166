"""Requests without a signature: only the address of the answer is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP, AnswerAddress
from openid4vc.vp.unsigned_request import (
    read_unsigned_request,
    request_object_of,
    request_parameters,
    unsigned_refusal_address,
    unsigned_request_object,
)
from tests.openid4vc.vp.parties import NOW, Party
from tests.openid4vc.vp.test_request import REQUEST

CLIENT_ID = f"redirect_uri:{REQUEST.response_uri}"
ASKED = replace(REQUEST, client_id=CLIENT_ID)
HEADER = {"alg": "none", "typ": REQUEST_OBJECT_TYP}


def _object(*, header=HEADER, without=(), **changed):
    claims = {name: value for name, value in (ASKED.claims() | changed).items() if name not in without}
    return "".join(f"{base64url.encode(strict_json.dumps(part))}." for part in (header, claims))


def _read(compact, *, function=read_unsigned_request, **changed):
    expected = {"expected_client_id": CLIENT_ID, "expected_wallet_nonce": "w-1", "now": NOW}
    return function(compact, **(expected | changed))


def _refusal(compact, **changed):
    """The check that refused; and nobody is ever answered then."""
    with pytest.raises(CheckFailed) as refused:
        _read(compact, **changed)
    with pytest.raises(CheckFailed):
        _read(compact, function=unsigned_refusal_address, **changed)
    return refused.value.check


def test_a_request_without_a_signature_is_read_as_written():
    compact = unsigned_request_object(ASKED)

    unproven = _read(compact)

    assert (unproven.request, unproven.compact) == (ASKED, compact)


def test_a_request_in_a_link_is_read_as_written():
    compact = request_object_of(request_parameters(ASKED), now=NOW)

    request = _read(compact, expected_wallet_nonce=None).request

    assert request == replace(ASKED, wallet_nonce=None)


def test_the_response_uri_may_be_left_out():
    assert _read(_object(without=("response_uri",))).request == ASKED


@pytest.mark.threat("105")
def test_answers_go_nowhere_but_where_client_id_says():
    assert _refusal(_object(response_uri="https://evil.example/r")) == "response_uri_client_id"
    assert _refusal(_object(response_uri=f"{ASKED.response_uri}/")) == "response_uri_client_id"


@pytest.mark.threat("109")
def test_a_redirect_uri_client_must_not_sign():
    signed = sign_jws(ASKED.claims(), typ=REQUEST_OBJECT_TYP, key=Party("Desk").key)

    assert _refusal(signed) == "request_signed"
    assert _refusal(f"{unsigned_request_object(ASKED)}AA") == "request_signed"
    assert _refusal(_object(header=HEADER | {"alg": "ES256"})) == "request_signed"


@pytest.mark.threat("109")
@pytest.mark.parametrize("client_id", ["x509_hash:abc", "verifier_attestation:desk", "desk"])
def test_no_other_prefix_goes_without_a_signature(client_id):
    assert _refusal(_object(client_id=client_id), expected_client_id=client_id) == "client_id_prefix"


@pytest.mark.threat("103")
@pytest.mark.parametrize("typ", ["JWT", None, ""])
def test_another_type_is_refused(typ):
    assert _refusal(_object(header={"alg": "none", "typ": typ})) == "request_type"


@pytest.mark.threat("104")
def test_the_client_id_outside_must_be_the_one_inside():
    other = "redirect_uri:https://evil.example/r"

    assert _refusal(_object(), expected_client_id=other) == "request_client_id"


@pytest.mark.threat("114")
@pytest.mark.threat("120")
def test_the_circumstances_are_checked():
    assert _refusal(_object(aud="https://wallet.example")) == "request_audience"
    assert _refusal(_object(wallet_nonce="other")) == "request_wallet_nonce"
    assert _refusal(_object(), now=NOW + timedelta(minutes=7)) == "expired"
    assert _refusal(_object(header=HEADER | {"iat": 1})) == "request_age"


@pytest.mark.parametrize("compact", ["", "a.b", "a.b.", "!.!.", "e30.W10.", f"{'A' * 600_000}.."])
def test_what_is_no_request_object_is_refused(compact):
    with pytest.raises((Malformed, CheckFailed)):
        _read(compact)


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "", "https://desk.example/r#f"])
def test_a_client_id_that_is_no_address_is_malformed(uri):
    client_id = f"redirect_uri:{uri}"

    with pytest.raises(Malformed):
        _read(_object(client_id=client_id, response_uri=uri), expected_client_id=client_id)


def test_an_unproven_sender_with_a_faulty_question_may_be_answered_at_its_own_name():
    compact = _object(dcql_query={"credentials": []})

    with pytest.raises(InvalidRequest):
        _read(compact)
    assert _read(compact, function=unsigned_refusal_address) == AnswerAddress(ASKED.response_uri, "s-1")


@pytest.mark.threat("106")
def test_a_faulty_link_is_refused():
    parameters = request_parameters(ASKED)

    with pytest.raises(InvalidRequest):
        request_object_of(parameters | {"dcql_query": "{"}, now=NOW)
    with pytest.raises(InvalidRequest):
        _read(
            request_object_of(parameters | {"redirect_uri": "https://desk.example/cb"}, now=NOW),
            expected_wallet_nonce=None,
        )


def test_nobody_sets_the_time_or_the_audience_of_a_link():
    parameters = request_parameters(ASKED) | {"iat": "1", "exp": "1", "aud": "x", "wallet_nonce": "x"}

    request = _read(request_object_of(parameters, now=NOW), expected_wallet_nonce=None).request

    assert (request.issued_at, request.wallet_nonce) == (NOW, None)


def test_we_write_no_request_that_a_wallet_should_refuse():
    elsewhere = replace(ASKED, response_uri="https://other.example/r")

    with pytest.raises(ValueError, match="client_id"):
        unsigned_request_object(elsewhere)
    with pytest.raises(ValueError, match="client_id"):
        request_parameters(elsewhere)
    claims = ASKED.dcql_query.credentials[0].claims
    twice = ASKED.dcql_query.credentials[0].model_copy(update={"claims": claims + claims})
    query = ASKED.dcql_query.model_copy(update={"credentials": (twice,)})
    with pytest.raises(ValueError, match="twice"):
        unsigned_request_object(replace(ASKED, dcql_query=query))


def test_a_request_of_exactly_the_size_is_read(monkeypatch):
    compact = unsigned_request_object(ASKED)

    monkeypatch.setattr("openid4vc.vp.unsigned_request.MAX_REQUEST_OBJECT", len(compact))
    assert _read(compact).compact == compact

    monkeypatch.setattr("openid4vc.vp.unsigned_request.MAX_REQUEST_OBJECT", len(compact) - 1)
    with pytest.raises(Malformed):
        _read(compact)


def test_what_a_request_does_not_say_is_not_in_its_link():
    bare = replace(ASKED, transaction_data=(), client_metadata={}, verifier_info=(), wallet_nonce=None)

    parameters = request_parameters(bare)

    assert parameters.keys().isdisjoint({"transaction_data", "verifier_info", "wallet_nonce"})
    assert _read(request_object_of(parameters, now=NOW), expected_wallet_nonce=None).request == bare
