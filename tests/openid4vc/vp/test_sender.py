"""Each kind of client_id is proven in its own way, or not at all."""

from dataclasses import replace

import pytest

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed
from openid4vc.vp.attested_request import AttestedRequest, sign_attested_request_object
from openid4vc.vp.client_id import x509_hash_client_id, x509_san_dns_client_id
from openid4vc.vp.request_object import AnswerAddress, VerifiedRequest, sign_request_object
from openid4vc.vp.sender import AcceptedSenders, request_refusal_address, verify_request
from openid4vc.vp.unsigned_request import UnprovenRequest, unsigned_request_object
from tests.openid4vc.vp.parties import NOW, Party
from tests.openid4vc.vp.test_request import REQUEST
from tests.openid4vc.vp.test_verifier_attestation import ATTESTER, DESK_KEY, ISSUER, attestation

DESK = Party("Geldloket Voorbeeldstad", dns=("desk.example",))
EVERYBODY = AcceptedSenders(
    access_anchors=(DESK.root,), attesters={ISSUER: (ATTESTER.root,)}, allow_unsigned=True
)
NOBODY = AcceptedSenders()


def _by_certificate(client_id):
    return sign_request_object(replace(REQUEST, client_id=client_id), key=DESK.key, chain=DESK.chain)


def _attested(client_id):
    return sign_attested_request_object(
        replace(REQUEST, client_id=client_id), key=DESK_KEY, attestation=attestation()
    )


def _unsigned(client_id):
    return unsigned_request_object(replace(REQUEST, client_id=client_id))


WAYS = [
    (x509_hash_client_id(DESK.leaf), _by_certificate, VerifiedRequest, "x5c_no_anchors"),
    (x509_san_dns_client_id(DESK.leaf), _by_certificate, VerifiedRequest, "x5c_no_anchors"),
    ("verifier_attestation:desk", _attested, AttestedRequest, "attestation_issuer"),
    (f"redirect_uri:{REQUEST.response_uri}", _unsigned, UnprovenRequest, "request_unsigned"),
]


def _verify(compact, client_id, *, function=verify_request, senders=EVERYBODY):
    return function(
        compact, expected_client_id=client_id, expected_wallet_nonce="w-1", senders=senders, now=NOW
    )


@pytest.mark.parametrize(("client_id", "made", "kind", "_"), WAYS)
def test_the_type_says_how_the_sender_is_known(client_id, made, kind, _):
    asked = _verify(made(client_id), client_id)

    assert type(asked) is kind
    assert asked.request.client_id == client_id


@pytest.mark.threat("107")
@pytest.mark.threat("110")
@pytest.mark.parametrize(("client_id", "made", "_", "check"), WAYS)
def test_what_a_wallet_does_not_name_it_does_not_accept(client_id, made, _, check):
    compact = made(client_id)

    for function in (verify_request, request_refusal_address):
        with pytest.raises(CheckFailed) as refused:
            _verify(compact, client_id, function=function, senders=NOBODY)
        assert refused.value.check == check


@pytest.mark.threat("109")
@pytest.mark.parametrize(("client_id", "made", "_kind", "_check"), WAYS)
def test_no_client_is_proven_in_the_way_of_another(client_id, made, _kind, _check):
    compact = made(client_id)
    others = {other for other, *_ in WAYS if other != client_id}

    for other in others:
        with pytest.raises((CheckFailed, Malformed)):
            _verify(compact, other)


@pytest.mark.threat("107")
@pytest.mark.parametrize(
    ("client_id", "check"),
    [("origin:https://desk.example", "client_id_origin"), ("desk", "client_id_prefix")],
)
def test_an_unknown_prefix_is_refused_whatever_is_allowed(client_id, check):
    for function in (verify_request, request_refusal_address):
        with pytest.raises(CheckFailed) as refused:
            _verify("a.b.c", client_id, function=function)
        assert refused.value.check == check


@pytest.mark.threat("122")
@pytest.mark.parametrize(("client_id", "made", "_kind", "_check"), WAYS)
def test_a_response_mode_that_is_not_accepted_is_refused_and_may_be_answered(client_id, made, _kind, _check):
    encrypted_only = replace(EVERYBODY, response_modes=frozenset({"direct_post.jwt"}))
    compact = made(client_id)

    with pytest.raises(InvalidRequest):
        _verify(compact, client_id, senders=encrypted_only)
    address = _verify(compact, client_id, function=request_refusal_address, senders=encrypted_only)
    assert address == AnswerAddress(REQUEST.response_uri, "s-1")
