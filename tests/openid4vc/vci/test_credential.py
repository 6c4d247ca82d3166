"""Credential requests and responses, notifications and nonces."""

import pytest

from openid4vc.errors import (
    CheckFailed,
    InvalidCredentialRequest,
    InvalidEncryptionParameters,
    InvalidNotificationRequest,
    InvalidProof,
    Malformed,
)
from openid4vc.jose import strict_json
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.deferred import DeferredRequest, parse_deferred_response
from openid4vc.vci.nonce import NonceResponse
from openid4vc.vci.notification import NotificationRequest
from tests.openid4vc.vci.test_encryption import WANTED

JWK = WANTED.jwk


def _request(**changed):
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": ["p1"]}, **changed}
    return strict_json.dumps({name: value for name, value in body.items() if value is not None})


def _deferred(**changed):
    return strict_json.dumps({"transaction_id": "t1", **changed})


def test_a_request_is_read_and_written_alike():
    request = CredentialRequest.parse(_request())

    assert request == CredentialRequest(credential_configuration_id="identity", proofs=("p1",))
    assert strict_json.dumps(request.to_json()) == _request()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"credential_configuration_id":"a","credential_configuration_id":"a"}',
        _request(credential_configuration_id=None),
        _request(credential_identifier="also"),
        _request(credential_configuration_id=""),
        _request(credential_configuration_id=["identity"]),
        _request(credential_configuration_id=None, format="dc+sd-jwt", vct="x"),
    ],
)
def test_a_request_that_does_not_name_one_credential_is_refused(body):
    with pytest.raises(InvalidCredentialRequest):
        CredentialRequest.parse(body)


@pytest.mark.threat("049")
@pytest.mark.threat("062")
@pytest.mark.parametrize(
    "proofs",
    [
        None,
        {},
        [],
        "p1",
        {"jwt": []},
        {"jwt": "p1"},
        {"jwt": [1]},
        {"jwt": [{"jwt": "p1"}]},
        {"jwt": ["p1"], "attestation": ["a1"]},
        {"attestation": ["a1"]},
        {"ldp_vp": [{}]},
        {"jwt": ["p1", "p2"]},
    ],
)
def test_a_request_without_fit_proofs_is_refused(proofs):
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(proofs=proofs))


@pytest.mark.threat("049")
def test_the_proof_of_before_1_0_does_not_count():
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(proofs=None, proof={"proof_type": "jwt", "jwt": "p1"}))


@pytest.mark.threat("062")
def test_a_batch_is_limited_and_holds_no_proof_twice():
    assert CredentialRequest.parse(_request(proofs={"jwt": ["p1", "p2"]}), batch_size=2).proofs == (
        "p1",
        "p2",
    )
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(proofs={"jwt": ["p1", "p2", "p3"]}), batch_size=2)
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(proofs={"jwt": ["p1", "p1"]}), batch_size=2)


@pytest.mark.threat("065")
def test_an_encrypted_response_cannot_be_asked_in_the_clear():
    encryption = {"jwk": {"kty": "EC"}, "enc": "A256GCM"}

    with pytest.raises(InvalidEncryptionParameters):
        CredentialRequest.parse(_request(credential_response_encryption=encryption))


def test_an_encrypted_request_may_ask_for_an_encrypted_response():
    request = CredentialRequest(
        credential_identifier="income-1", proofs=("p1",), credential_response_encryption=WANTED
    )

    read = CredentialRequest.parse(strict_json.dumps(request.to_json()), encrypted=True)

    assert read == request
    assert read.credential_response_encryption.recipient.kid == "w1"


@pytest.mark.threat("064")
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        [],
        "jwk",
        {"jwk": JWK},
        {"enc": "A256GCM"},
        {"jwk": JWK, "enc": "A128CBC-HS256"},
        {"jwk": JWK, "enc": ["A256GCM"]},
        {"jwk": JWK, "enc": "A256GCM", "zip": "DEF"},
        {"jwk": {**JWK, "alg": "RSA-OAEP"}, "enc": "A256GCM"},
        {"jwk": {name: JWK[name] for name in JWK if name != "alg"}, "enc": "A256GCM"},
        {"jwk": {"kty": "RSA", "alg": "RSA-OAEP", "n": "AQAB", "e": "AQAB"}, "enc": "A256GCM"},
        {"jwk": {**JWK, "d": "AAAA"}, "enc": "A256GCM"},
        {"jwk": {**JWK, "x": JWK["y"]}, "enc": "A256GCM"},
        {"jwk": {**JWK, "crv": "P-384"}, "enc": "A256GCM"},
    ],
    ids=lambda wanted: str(wanted)[-60:],
)
def test_an_encrypted_response_in_an_unknown_way_is_refused(wanted):
    with pytest.raises(InvalidEncryptionParameters):
        CredentialRequest.parse(_request(credential_response_encryption=wanted), encrypted=True)
    with pytest.raises(InvalidEncryptionParameters):
        DeferredRequest.parse(_deferred(credential_response_encryption=wanted), encrypted=True)


def test_an_attestation_is_a_proof_where_it_is_taken():
    request = CredentialRequest(credential_identifier="a", proof_type="attestation", proofs=("a1",))
    body = strict_json.dumps(request.to_json())

    assert strict_json.loads(body)["proofs"] == {"attestation": ["a1"]}
    assert CredentialRequest.parse(body, batch_size=5, proof_types=("jwt", "attestation")) == request


@pytest.mark.parametrize(
    "proofs",
    [
        {"attestation": []},
        {"attestation": ["a1", "a2"]},
        {"attestation": "a1"},
        {"attestation": [{}]},
        {"attestation": ["a1"], "jwt": ["p1"]},
        {"di_vp": [{}]},
    ],
)
def test_exactly_one_attestation_is_a_proof(proofs):
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(proofs=proofs), batch_size=5, proof_types=("jwt", "attestation"))


def test_a_proof_type_that_is_not_taken_is_refused():
    with pytest.raises(InvalidProof):
        CredentialRequest.parse(_request(), proof_types=("attestation",))


def test_a_deferred_request_is_read_and_written_alike():
    request = DeferredRequest(transaction_id="t1", credential_response_encryption=WANTED)

    assert DeferredRequest.parse(strict_json.dumps(request.to_json()), encrypted=True) == request
    assert DeferredRequest.parse(_deferred()).credential_response_encryption is None


@pytest.mark.threat("069")
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", _deferred(transaction_id=""), _deferred(transaction_id=7)]
)
def test_a_deferred_request_without_its_promise_is_refused(body):
    with pytest.raises(InvalidCredentialRequest):
        DeferredRequest.parse(body)


@pytest.mark.threat("065")
def test_an_encrypted_deferred_response_cannot_be_asked_in_the_clear():
    with pytest.raises(InvalidEncryptionParameters):
        DeferredRequest.parse(_deferred(credential_response_encryption=WANTED.to_json()))


def test_a_deferred_response_is_the_credentials_or_the_same_promise():
    later = parse_deferred_response(b'{"transaction_id":"t1","interval":5}', expected_transaction_id="t1")
    now = parse_deferred_response(b'{"credentials":[{"credential":"a~"}]}', expected_transaction_id="t1")

    assert (later.deferred, now.deferred) == (True, False)


def test_a_deferred_response_with_another_promise_is_refused():
    with pytest.raises(CheckFailed) as refused:
        parse_deferred_response(b'{"transaction_id":"t2","interval":5}', expected_transaction_id="t1")

    assert refused.value.check == "transaction_id"


def test_a_response_holds_credentials_or_a_promise():
    now = CredentialResponse.parse(b'{"credentials":[{"credential":"a~"}],"notification_id":"n"}')
    later = CredentialResponse.parse(b'{"transaction_id":"t","interval":5}')

    assert ([one.credential for one in now.credentials], now.deferred) == (["a~"], False)
    assert (later.transaction_id, later.interval, later.deferred) == ("t", 5, True)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"credential":"a~"}',
        b'{"credentials":[]}',
        b'{"credentials":["a~"]}',
        b'{"credentials":[{"credential":""}]}',
        b'{"credentials":[{"credential":"a~"}],"transaction_id":"t","interval":5}',
        b'{"credentials":[{"credential":"a~"}],"interval":5}',
        b'{"transaction_id":"t"}',
        b'{"transaction_id":"t","interval":0}',
        b'{"transaction_id":"t","interval":5,"notification_id":"n"}',
    ],
)
def test_a_faulty_response_is_malformed(body):
    with pytest.raises(Malformed):
        CredentialResponse.parse(body)


def test_a_notification_is_read():
    body = b'{"notification_id":"n","event":"credential_accepted","event_description":"fine"}'

    assert NotificationRequest.parse(body).event == "credential_accepted"


@pytest.mark.threat("070")
@pytest.mark.parametrize(
    "change",
    [
        {"notification_id": ""},
        {"notification_id": 7},
        {"event": "credential_sold"},
        {"event": None},
        {"event_description": "one\r\ntwo"},
        {"event_description": "é"},
        {"event_description": "x" * 10_000},
    ],
)
def test_a_faulty_notification_is_refused(change):
    body = strict_json.dumps({"notification_id": "n", "event": "credential_failure"} | change)

    with pytest.raises(InvalidNotificationRequest):
        NotificationRequest.parse(body)


def test_a_nonce_is_read():
    assert NonceResponse.parse(b'{"c_nonce":"abc"}').c_nonce == "abc"


@pytest.mark.parametrize("body", [b"{}", b'{"c_nonce":""}', b'{"c_nonce":7}', b"abc"])
def test_a_faulty_nonce_is_malformed(body):
    with pytest.raises(Malformed):
        NonceResponse.parse(body)
