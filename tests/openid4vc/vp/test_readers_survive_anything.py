"""Whatever verifiers, wallets and keepers of lists say, a reader answers with a value or its refusal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed, ProtocolError, VpFormatsNotSupported
from openid4vc.jose import base64url, strict_json
from openid4vc.messages import read_message
from openid4vc.trust.lote import ListDocument
from openid4vc.trust.registration import Registration
from openid4vc.vp.client_metadata import encrypting_client_metadata, read_client_metadata, response_encryption
from openid4vc.vp.response import read_response
from openid4vc.vp.sender import request_refusal_address, verify_request
from openid4vc.vp.wallet_metadata import own_wallet_metadata, parse_wallet_metadata
from tests.openid4vc.test_readers_survive_anything import _places, _with, anything
from tests.openid4vc.trust import test_lists, test_registration
from tests.openid4vc.vp import test_attested_request, test_unsigned_request, test_verifier_attestation
from tests.openid4vc.vp.parties import NOW
from tests.openid4vc.vp.test_client_metadata import JWK
from tests.openid4vc.vp.test_sender import EVERYBODY

METADATA = encrypting_client_metadata([JWK])
READERS = {
    "keys": (response_encryption, METADATA, InvalidRequest),
    "formats": (read_client_metadata, METADATA, VpFormatsNotSupported),
    "registration": (
        lambda value: read_message(Registration, value, refusal=Malformed),
        test_registration.CLAIMS,
        Malformed,
    ),
    "signed registration": (
        lambda value: test_registration.verify(test_registration.signed(**value)),
        test_registration.CLAIMS,
        (Malformed, CheckFailed),
    ),
    "list": (
        lambda value: read_message(ListDocument, value, refusal=Malformed),
        test_lists.LIST.document(),
        Malformed,
    ),
    "header of a list": (
        lambda value: test_lists.verify(test_lists.signed(**value)),
        {"iat": test_lists.SECONDS, "x5c": [], "kid": "1"},
        (Malformed, CheckFailed),
    ),
    "wallet metadata": (
        lambda value: parse_wallet_metadata(strict_json.dumps(value).decode()),
        own_wallet_metadata(),
        InvalidRequest,
    ),
    "attestation": (
        lambda value: test_verifier_attestation._verify(test_verifier_attestation.attestation(**value)),
        test_verifier_attestation.SAID.claims(),
        (Malformed, CheckFailed),
    ),
    "attested request": (
        lambda value: test_attested_request._verify(test_attested_request._signed(**value)),
        test_attested_request.ASKED.claims(),
        (Malformed, CheckFailed, ProtocolError),
    ),
    "unsigned request": (
        lambda value: test_unsigned_request._read(test_unsigned_request._object(**value)),
        test_unsigned_request.ASKED.claims(),
        (Malformed, CheckFailed, ProtocolError),
    ),
    "unsigned header": (
        lambda value: test_unsigned_request._read(test_unsigned_request._object(header=value)),
        test_unsigned_request.HEADER | {"iat": 1},
        (Malformed, CheckFailed, ProtocolError),
    ),
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_message_with_anything_at_any_place_is_read_or_refused(name, data):
    read, good, refusals = READERS[name]
    places = [place for place in _places(good) if place]
    changed = _with(good, data.draw(st.sampled_from(places)), data.draw(anything))

    try:
        read(changed)
    except refusals:
        return


compacts = st.text() | st.builds(
    lambda header, body, tail: f"{base64url.encode(strict_json.dumps(header))}.{body}.{tail}",
    st.dictionaries(st.sampled_from(["alg", "typ", "x5c", "jwt", "kid", "enc", "epk", "iat"]), anything),
    st.text(),
    st.text(),
)


@settings(max_examples=150, deadline=None)
@given(
    compacts, st.sampled_from(["x509_hash:a", "verifier_attestation:desk", "redirect_uri:https://a.example"])
)
def test_any_text_is_a_signed_thing_or_refused(compact, client_id):
    asked = {
        "expected_client_id": client_id,
        "expected_wallet_nonce": None,
        "senders": EVERYBODY,
        "now": NOW,
    }
    for read in (
        lambda: verify_request(compact, **asked),
        lambda: request_refusal_address(compact, **asked),
        lambda: test_lists.verify(compact),
        lambda: test_registration.verify(compact),
        lambda: test_verifier_attestation._verify(compact),
    ):
        with pytest.raises((Malformed, CheckFailed)):
            read()
    try:
        read_response({"response": compact})
    except InvalidRequest:
        return
