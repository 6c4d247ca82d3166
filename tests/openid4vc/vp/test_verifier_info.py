"""The registration certificate that comes along with a request."""

from dataclasses import replace

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.messages import read_message
from openid4vc.trust.registration import Registration, sign_registration
from openid4vc.vp.client_id import x509_hash_client_id
from openid4vc.vp.request import VerifierInfo
from openid4vc.vp.request_object import sign_request_object, verify_request_object
from openid4vc.vp.verifier_info import registration_info, verify_registration_of
from tests.openid4vc.trust.test_registration import CLAIMS
from tests.openid4vc.vp.parties import NOW, Party
from tests.openid4vc.vp.test_request import QUERY, REQUEST

DESK = Party("Geldloket Voorbeeldstad")
REGISTER = Party("Register")
CREDENTIAL = {"format": "dc+sd-jwt", "meta": QUERY["credentials"][0]["meta"]}


def _registration(*paths, party=REGISTER, **changed):
    credential = CREDENTIAL | {"claim": [{"path": path} for path in paths]}
    said = CLAIMS | {"sub": "NTRNL-00000001", "credentials": [credential]} | changed
    registration = read_message(Registration, said, refusal=Malformed)
    return sign_registration(registration, key=party.key, chain=party.chain)


def _verified(*infos, anchors=(REGISTER.root,)):
    """The request as the wallet has it after verification, and what it makes of the registration."""
    asked = replace(REQUEST, client_id=x509_hash_client_id(DESK.leaf), verifier_info=infos)
    verified = verify_request_object(
        sign_request_object(asked, key=DESK.key, chain=DESK.chain),
        expected_client_id=asked.client_id,
        expected_wallet_nonce=None,
        anchors=(DESK.root,),
        now=NOW,
    )
    return verified, verify_registration_of(verified, anchors=anchors, now=NOW)


def _refusal(*infos, **changed):
    with pytest.raises(CheckFailed) as refused:
        _verified(*infos, **changed)
    return refused.value.check


def test_a_registration_is_held_against_who_asks_and_what_is_asked():
    verified, registration = _verified(registration_info(_registration(["family_name"])))

    assert registration.registration.sub == "NTRNL-00000001"
    assert registration.surplus(verified.request.dcql_query) == ()


@pytest.mark.threat("124")
def test_what_is_asked_beyond_the_registration_is_named():
    verified, registration = _verified(registration_info(_registration(["given_name"])))

    assert [one.path for one in registration.surplus(verified.request.dcql_query)] == [("family_name",)]


def test_the_base64url_of_a_registration_is_read_too():
    encoded = base64url.encode(_registration(["family_name"]).encode())

    assert _verified(registration_info(encoded))[1]


@pytest.mark.threat("133")
def test_the_registration_of_another_verifier_is_refused():
    assert _refusal(registration_info(_registration(sub="NTRNL-00000002"))) == "registration_subject"


@pytest.mark.threat("133")
def test_a_registration_by_nobody_we_trust_is_refused():
    assert _refusal(registration_info(_registration(party=DESK))) == "x5c_path"
    assert _refusal(registration_info(_registration()), anchors=()) == "x5c_no_anchors"


@pytest.mark.threat("133")
def test_other_formats_are_ignored_and_without_one_there_is_none():
    assert _verified()[1] is None
    assert _verified(VerifierInfo(format="jwt", data=_registration()))[1] is None


@pytest.mark.threat("133")
def test_one_question_has_one_registration_about_all_of_it():
    one = registration_info(_registration())
    part = VerifierInfo(format="registration_cert", data=_registration(), credential_ids=("identity",))

    assert _refusal(one, one) == "registration_several"
    assert _refusal(part) == "registration_partial"
    with pytest.raises(Malformed, match="no text"):
        _verified(VerifierInfo(format="registration_cert", data={"x": 1}))
