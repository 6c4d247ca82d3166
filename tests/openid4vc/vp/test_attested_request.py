"""Requests of attested verifiers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.vp.attested_request import (
    attested_refusal_address,
    sign_attested_request_object,
    verify_attested_request,
)
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP, AnswerAddress
from tests.openid4vc.vp.parties import NOW
from tests.openid4vc.vp.test_request import REQUEST
from tests.openid4vc.vp.test_verifier_attestation import ATTESTER, DESK_KEY, EVIL, ISSUER, attestation

CLIENT_ID = "verifier_attestation:desk"
ASKED = replace(REQUEST, client_id=CLIENT_ID)


def _signed(*, typ=REQUEST_OBJECT_TYP, key=DESK_KEY, attested=None, **changed):
    header = {"jwt": attestation() if attested is None else attested}
    return sign_jws(ASKED.claims() | changed, typ=typ, key=key, header=header)


def _verify(compact, *, function=verify_attested_request, **changed):
    expected = {
        "expected_client_id": CLIENT_ID,
        "expected_wallet_nonce": "w-1",
        "attesters": {ISSUER: (ATTESTER.root,)},
        "now": NOW,
    }
    return function(compact, **(expected | changed))


def _refusal(compact, **changed):
    """The check that refused; and nobody is ever answered then."""
    with pytest.raises(CheckFailed) as refused:
        _verify(compact, **changed)
    with pytest.raises(CheckFailed):
        _verify(compact, function=attested_refusal_address, **changed)
    return refused.value.check


def test_the_request_of_an_attested_verifier_is_accepted():
    compact = sign_attested_request_object(ASKED, key=DESK_KEY, attestation=attestation())

    verified = _verify(compact)

    assert (verified.request, verified.compact) == (ASKED, compact)
    assert (verified.attestation.subject, verified.attestation.issuer) == ("desk", ISSUER)
    assert "iat" in parse_jws(compact, expected_typ=REQUEST_OBJECT_TYP).header


def test_without_a_list_of_addresses_any_address_will_do():
    open_attestation = attestation(without=("redirect_uris",))

    assert _verify(_signed(attested=open_attestation, response_uri="https://other.example/r"))


@pytest.mark.threat("105")
@pytest.mark.parametrize(
    "uris",
    [
        ["https://desk.example/oid4vp/response/"],
        ["https://desk.example/oid4vp/response?x"],
        ["https://desk.example"],
        [],
    ],
)
def test_an_address_that_is_not_in_the_attestation_is_refused(uris):
    assert _refusal(_signed(attested=attestation(redirect_uris=uris))) == "response_uri_attested"


@pytest.mark.threat("102")
def test_a_request_by_another_key_than_the_attested_one_is_refused():
    assert _refusal(_signed(key=EVIL.key)) == "jws_signature"


@pytest.mark.threat("104")
def test_the_attestation_of_another_verifier_is_refused():
    assert _refusal(_signed(attested=attestation(sub="other"))) == "attestation_subject"
    assert _refusal(_signed(client_id="verifier_attestation:other")) == "request_client_id"


@pytest.mark.threat("110")
def test_an_attester_that_is_not_trusted_is_refused():
    assert _refusal(_signed(attested=attestation(party=EVIL))) == "x5c_path"
    assert _refusal(_signed(), attesters={}) == "attestation_issuer"


@pytest.mark.threat("109")
@pytest.mark.parametrize("client_id", ["x509_hash:abc", "redirect_uri:https://desk.example", "desk"])
def test_an_attestation_proves_no_other_prefix(client_id):
    assert _refusal(_signed(client_id=client_id), expected_client_id=client_id) == "client_id_prefix"


@pytest.mark.threat("103")
def test_another_type_is_refused():
    assert _refusal(_signed(typ="JWT")) == "jws_typ"


@pytest.mark.threat("114")
@pytest.mark.threat("120")
def test_the_circumstances_are_checked():
    assert _refusal(_signed(aud="https://wallet.example")) == "request_audience"
    assert _refusal(_signed(wallet_nonce="other")) == "request_wallet_nonce"
    assert _refusal(_signed(), now=NOW + timedelta(minutes=7)) == "expired"


@pytest.mark.parametrize("attested", [None, 7, {}, "", "a.b"], ids=str)
def test_without_an_attestation_nobody_is_known(attested):
    compact = sign_jws(ASKED.claims(), typ=REQUEST_OBJECT_TYP, key=DESK_KEY, header={"jwt": attested})

    with pytest.raises(Malformed):
        _verify(compact)


def test_an_attested_verifier_with_a_faulty_question_may_be_answered():
    compact = _signed(dcql_query={"credentials": []})

    with pytest.raises(InvalidRequest):
        _verify(compact)
    assert _verify(compact, function=attested_refusal_address) == AnswerAddress(ASKED.response_uri, "s-1")


def test_we_sign_no_attested_request_under_another_prefix():
    with pytest.raises(ValueError, match="client_id"):
        sign_attested_request_object(
            replace(ASKED, client_id="x509_hash:abc"), key=DESK_KEY, attestation=attestation()
        )
