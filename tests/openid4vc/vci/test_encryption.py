"""Encrypted requests and responses."""

import pytest

from openid4vc.errors import CheckFailed, InvalidEncryptionParameters, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey, EncryptionKey, decrypt_jwe, encrypt_jwe
from openid4vc.messages import read_message
from openid4vc.vci.encryption import (
    RequestEncryption,
    ResponseEncryption,
    WantedEncryption,
    decrypt_request,
)

ISSUER_KEY, OLD_KEY, WALLET_KEY = (DecryptionKey.generate() for _ in range(3))
KEYS = {"i1": ISSUER_KEY, "i0": OLD_KEY}
MESSAGE = {"credential_configuration_id": "income"}
WANTED = WantedEncryption(jwk=WALLET_KEY.jwk("w1"), enc="A256GCM")


def _for_requests(*jwks, enc=("A128GCM", "A256GCM")):
    block = {"jwks": {"keys": list(jwks)}, "enc_values_supported": list(enc), "encryption_required": False}
    return read_message(RequestEncryption, block, refusal=Malformed)


def _for_responses(alg=("ECDH-ES",), enc=("A128GCM", "A256GCM")):
    block = {"alg_values_supported": list(alg), "enc_values_supported": list(enc)}
    return read_message(ResponseEncryption, block, refusal=Malformed)


def _header(compact):
    return strict_json.loads(base64url.decode(compact.partition(".")[0]))


def test_a_request_is_encrypted_to_the_issuer_with_the_better_cipher():
    compact = _for_requests(ISSUER_KEY.jwk("i1")).encrypt(MESSAGE)

    assert strict_json.loads(decrypt_request(compact, keys=KEYS)) == MESSAGE
    assert (_header(compact)["enc"], _header(compact)["kid"]) == ("A256GCM", "i1")


def test_a_request_uses_the_cipher_that_there_is():
    assert _header(_for_requests(ISSUER_KEY.jwk("i1"), enc=["A128GCM"]).encrypt(MESSAGE))["enc"] == "A128GCM"


def test_keys_that_nobody_understands_are_skipped():
    strange = {"kty": "AKP", "alg": "ML-KEM-768", "kid": "pq", "pub": "AAAA"}
    nameless = ISSUER_KEY.public.jwk() | {"alg": "ECDH-ES"}

    compact = _for_requests(strange, nameless, ISSUER_KEY.jwk("i1")).encrypt(MESSAGE)

    assert _header(compact)["kid"] == "i1"


@pytest.mark.parametrize(
    "block",
    [
        _for_requests(),
        _for_requests({"kty": "AKP", "kid": "pq"}),
        _for_requests(ISSUER_KEY.jwk("i1"), enc=["A128CBC-HS256"]),
        RequestEncryption(),
    ],
)
def test_without_a_common_key_and_cipher_no_request_is_encrypted(block):
    with pytest.raises(CheckFailed) as refused:
        block.encrypt(MESSAGE)

    assert refused.value.check == "request_encryption"


def test_a_request_to_an_older_key_is_still_opened():
    compact = _for_requests(OLD_KEY.jwk("i0")).encrypt(MESSAGE)

    assert strict_json.loads(decrypt_request(compact, keys=KEYS)) == MESSAGE


def _encrypted(kid="i1", key=ISSUER_KEY):
    return encrypt_jwe(b"{}", recipient=EncryptionKey(key.public, kid), enc="A256GCM")


@pytest.mark.threat("066")
@pytest.mark.parametrize(
    "compact",
    [
        "",
        "{}",
        _encrypted(kid="i9"),
        _encrypted(kid=None),
        _encrypted(key=WALLET_KEY),
        _encrypted()[:-4] + "AAAA",
        base64url.encode(b'{"alg":"PBES2-HS256+A128KW","p2c":2147483648,"kid":"i1"}') + "....",
        base64url.encode(b'{"alg":"RSA1_5","enc":"A256GCM","kid":"i1"}') + "....",
        base64url.encode(b'{"alg":"ECDH-ES","enc":"A256GCM","kid":"i1","zip":"DEF"}') + "....",
    ],
    ids=lambda compact: compact[-20:],
)
def test_a_request_that_cannot_be_opened_is_refused_in_the_same_words(compact):
    with pytest.raises(InvalidEncryptionParameters) as refused:
        decrypt_request(compact, keys=KEYS)

    assert refused.value.public == "the encrypted request cannot be opened"


def test_a_response_is_encrypted_as_the_wallet_asked():
    wanted = _for_responses().wanted(WALLET_KEY, kid="w1")

    compact = wanted.encrypt({"credentials": []})

    assert wanted == WANTED
    assert wanted.decrypt(compact, key=WALLET_KEY) == b'{"credentials":[]}'
    assert (_header(compact)["enc"], _header(compact)["kid"]) == ("A256GCM", "w1")


def test_a_wallet_key_without_a_name_gets_an_answer_without_one():
    jwk = WALLET_KEY.public.jwk() | {"alg": "ECDH-ES"}
    wanted = read_message(WantedEncryption, {"jwk": jwk, "enc": "A128GCM"}, refusal=Malformed)

    compact = wanted.encrypt({})

    assert "kid" not in _header(compact)
    assert wanted.decrypt(compact, key=WALLET_KEY) == b"{}"


@pytest.mark.parametrize(
    "block",
    [_for_responses(alg=["ECDH-ES+A128KW"]), _for_responses(enc=["A128CBC-HS256"]), ResponseEncryption()],
)
def test_without_a_common_way_no_encrypted_answer_is_asked(block):
    with pytest.raises(CheckFailed) as refused:
        block.wanted(WALLET_KEY, kid="w1")

    assert refused.value.check == "response_encryption"


@pytest.mark.parametrize(
    ("recipient", "enc", "check"),
    [
        (EncryptionKey(WALLET_KEY.public, "w1"), "A128GCM", "jwe_enc"),
        (EncryptionKey(WALLET_KEY.public, "w2"), "A256GCM", "jwe_kid"),
        (EncryptionKey(ISSUER_KEY.public, "w1"), "A256GCM", "jwe_decryption"),
    ],
)
def test_an_answer_that_is_not_encrypted_as_asked_is_refused(recipient, enc, check):
    with pytest.raises(CheckFailed) as refused:
        WANTED.decrypt(encrypt_jwe(b"{}", recipient=recipient, enc=enc), key=WALLET_KEY)

    assert refused.value.check == check


def test_the_answer_is_for_the_wallet_alone():
    compact = WANTED.encrypt({})

    with pytest.raises(CheckFailed):
        decrypt_jwe(compact, key=ISSUER_KEY, expected_kid="w1")
