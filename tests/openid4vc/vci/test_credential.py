"""Credential requests and responses, notifications and nonces."""

import pytest

from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidEncryptionParameters,
    InvalidNotificationRequest,
    InvalidProof,
    Malformed,
)
from openid4vc.jose import strict_json
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.nonce import NonceResponse
from openid4vc.vci.notification import NotificationRequest


def _request(**changed):
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": ["p1"]}, **changed}
    return strict_json.dumps({name: value for name, value in body.items() if value is not None})


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
