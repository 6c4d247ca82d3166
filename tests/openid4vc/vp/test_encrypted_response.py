"""Answers that only the verifier can read."""

from dataclasses import replace

import pytest

from openid4vc.errors import AccessDenied, CheckFailed, InvalidRequest, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey, EncryptionKey, decrypt_jwe, encrypt_jwe
from openid4vc.vp.client_metadata import encrypting_client_metadata
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.response import (
    AuthorizationErrorResponse,
    AuthorizationResponse,
    EncryptedResponse,
    read_response,
)
from tests.openid4vc.vp.test_request import REQUEST

KEY = DecryptionKey.generate()
RECIPIENT = EncryptionKey.from_jwk(KEY.jwk("e-1"))
ASKED = replace(
    REQUEST,
    response_mode="direct_post.jwt",
    client_metadata=encrypting_client_metadata([KEY.jwk("e-1")]),
)
ANSWER = AuthorizationResponse({"identity": ["a~b~"], "naam": ["é"]}, "s-1")


def _form(said, *, recipient=RECIPIENT, enc="A256GCM", **outside):
    plaintext = said if isinstance(said, bytes) else strict_json.dumps(said)
    return {"response": encrypt_jwe(plaintext, recipient=recipient, enc=enc), **outside}


def _opened(form, **changed):
    expected = {"key": KEY, "expected_kid": "e-1", "expected_state": "s-1"}
    return EncryptedResponse.from_form(form).opened(**(expected | changed))


def _refusal(form, **changed):
    with pytest.raises(CheckFailed) as refused:
        _opened(form, **changed)
    return refused.value.check


def test_an_answer_survives_the_encryption():
    form = ANSWER.form_for(ASKED)

    encrypted = read_response(form)

    assert form.keys() == {"response"}
    assert isinstance(encrypted, EncryptedResponse)
    assert encrypted.unverified_kid == "e-1"
    assert _opened(form) == ANSWER


def test_the_request_says_how_the_answer_goes():
    assert ANSWER.form_for(REQUEST) == ANSWER.to_form()
    assert AuthorizationRequest.from_claims(ASKED.claims()) == ASKED
    assert ASKED.encryption().enc == "A256GCM"
    assert REQUEST.encryption() is None


@pytest.mark.threat("131")
def test_without_a_usable_key_nothing_is_sent_in_the_clear():
    keyless = replace(ASKED, client_metadata={"jwks": {"keys": [KEY.jwk("e-1") | {"use": "sig"}]}})

    with pytest.raises(InvalidRequest):
        ANSWER.form_for(keyless)
    with pytest.raises(InvalidRequest):
        AuthorizationRequest.from_claims(keyless.claims())


def test_a_key_that_is_known_beforehand_opens_the_form_at_once():
    opened = AuthorizationResponse.from_encrypted_form(
        ANSWER.form_for(ASKED), key=KEY, expected_kid="e-1", expected_state="s-1"
    )

    assert opened == ANSWER


def test_an_answer_without_a_state_survives_too():
    bare = AuthorizationResponse({"identity": ["a~"]}, None)

    form = bare.form_for(ASKED)

    assert _opened(form, expected_state=None) == bare
    assert decrypt_jwe(form["response"], key=KEY, expected_kid="e-1") == b'{"vp_token":{"identity":["a~"]}}'


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_both_ciphers_are_read(enc):
    assert _opened(_form({"vp_token": {"a": ["b"]}, "state": "s-1"}, enc=enc)).unverified_vp_token == {
        "a": ["b"]
    }


def test_other_members_inside_mean_nothing():
    said = {"vp_token": {"a": ["b"]}, "state": "s-1", "iss": "x", "aud": "y", "exp": 1}

    assert _opened(_form(said)) == AuthorizationResponse({"a": ["b"]}, "s-1")


@pytest.mark.threat("291")
def test_a_key_that_is_not_named_or_not_ours_is_refused():
    nameless = EncryptionKey(KEY.public)
    other = EncryptionKey(KEY.public, "e-2")

    with pytest.raises(InvalidRequest):
        _opened(_form({"vp_token": {}, "state": "s-1"}, recipient=nameless))
    assert _refusal(_form({"vp_token": {}, "state": "s-1"}, recipient=other)) == "jwe_kid"


@pytest.mark.threat("299")
def test_an_answer_for_another_request_cannot_be_opened():
    assert _refusal(ANSWER.form_for(ASKED), key=DecryptionKey.generate()) == "jwe_decryption"


@pytest.mark.threat("297")
def test_a_changed_answer_cannot_be_opened():
    *parts, tag = ANSWER.form_for(ASKED)["response"].split(".")
    other = base64url.encode(bytes(byte ^ 1 for byte in base64url.decode(tag)))

    assert _refusal({"response": ".".join([*parts, other])}) == "jwe_decryption"


@pytest.mark.threat("298")
@pytest.mark.threat("198")
@pytest.mark.parametrize("state", ["s-2", "", None, 7, ["s-1"]])
def test_the_state_inside_must_be_that_of_the_request(state):
    assert _refusal(_form({"vp_token": {}, "state": state})) == "response_state"


@pytest.mark.threat("298")
def test_a_missing_state_is_another_state():
    assert _refusal(_form({"vp_token": {}})) == "response_state"
    assert _refusal(_form({"vp_token": {}, "state": "s-1"}), expected_state=None) == "response_state"


@pytest.mark.threat("298")
def test_the_state_outside_must_not_say_something_else():
    said = {"vp_token": {}, "state": "s-1"}

    assert _refusal(_form(said, state="s-2")) == "response_state"
    assert _opened(_form(said, state="s-1")).state == "s-1"


@pytest.mark.threat("199")
def test_a_refusal_is_never_encrypted():
    assert _refusal(_form({"error": "access_denied", "state": "s-1"})) == "response_error"
    assert _refusal(_form({"error": "x", "vp_token": {}, "state": "s-1"})) == "response_error"


@pytest.mark.threat("298")
@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"text",
        b"[]",
        b'"e30.e30.e30"',
        b'{"vp_token":{},"vp_token":{},"state":"s-1"}',
        b"eyJhbGciOiJFUzI1NiJ9.e30.AA",
        {"state": "s-1"},
        {"vp_token": [], "state": "s-1"},
        {"vp_token": "{}", "state": "s-1"},
        {"vp_token": None, "state": "s-1"},
    ],
    ids=str,
)
def test_what_is_no_answer_inside_is_malformed(said):
    with pytest.raises(Malformed):
        _opened(_form(said))


@pytest.mark.threat("297")
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"response": ""},
        {"response": "a.b.c.d.e"},
        {"response": '{"protected":"e30"}'},
        {"response": f"{'A' * 5000}.b.c.d.e"},
        {"response": f"{base64url.encode(b'{}')}.b.c.d.e"},
        {"response": "x", "vp_token": "{}"},
        {"response": "x", "error": "access_denied"},
        {"vp_token": "{}"},
    ],
    ids=lambda form: str(form)[:60],
)
def test_a_form_that_is_no_encrypted_answer_is_refused(form):
    with pytest.raises(InvalidRequest):
        EncryptedResponse.from_form(form)


@pytest.mark.threat("297")
@pytest.mark.parametrize("change", [lambda jwe: f"{jwe}.AA", lambda jwe: jwe.rpartition(".")[0]])
def test_four_and_six_parts_are_malformed(change):
    with pytest.raises(Malformed):
        _opened({"response": change(ANSWER.form_for(ASKED)["response"])})


def test_every_kind_of_answer_is_told_apart():
    refusal = AuthorizationErrorResponse.of(AccessDenied(), state="s-1")

    assert read_response(refusal.to_form()) == refusal
    assert read_response(ANSWER.to_form()) == ANSWER
    assert type(read_response(ANSWER.form_for(ASKED))) is EncryptedResponse
