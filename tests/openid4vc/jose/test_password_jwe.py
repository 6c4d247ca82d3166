"""A file under a password, opened here step by step with nothing but primitives."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from openid4vc.jose import base64url
from openid4vc.jose.password_jwe import ITERATIONS, lock_with_password

PASSWORD = "paard batterij nietje juist"
SALT = bytes(range(16))
FILE = lock_with_password(b'{"a":1}', PASSWORD, salt=SALT, cty="application/json")


def header_of(compact):
    return json.loads(base64url.decode(compact.split(".")[0]))


def opened(compact, password):
    """The steps of RFC 7516, 5.2 and RFC 7518, 4.8, one by one."""
    first, wrapped, iv, ciphertext, tag = compact.split(".")
    header = header_of(compact)
    salt = b"PBES2-HS256+A128KW\x00" + base64url.decode(header["p2s"])
    kek = PBKDF2HMAC(SHA256(), 16, salt, header["p2c"]).derive(password.encode())
    key = aes_key_unwrap(kek, base64url.decode(wrapped))
    sealed = base64url.decode(ciphertext) + base64url.decode(tag)
    return AESGCM(key).decrypt(base64url.decode(iv), sealed, first.encode())


def test_the_file_opens_by_the_steps_of_the_standard():
    header = header_of(FILE)

    assert opened(FILE, PASSWORD) == b'{"a":1}'
    assert (header["alg"], header["enc"], header["p2c"]) == ("PBES2-HS256+A128KW", "A128GCM", ITERATIONS)
    assert base64url.decode(header["p2s"]) == SALT


def test_another_password_does_not_open_it():
    with pytest.raises(InvalidUnwrap):
        opened(FILE, PASSWORD + " ")


def test_a_password_typed_on_another_device_is_the_same_password():
    file = lock_with_password(b"x", "cafe\u0301 cafe\u0301 cafe\u0301", salt=SALT, cty="text")

    assert opened(file, "caf\u00e9 caf\u00e9 caf\u00e9") == b"x"


@pytest.mark.parametrize("password", ["", "elf tekens!", "x" * 201])
def test_a_password_too_short_or_too_long_locks_nothing(password):
    with pytest.raises(ValueError, match="12 to 200"):
        lock_with_password(b"x", password, salt=SALT, cty="text")


def test_a_short_salt_locks_nothing():
    with pytest.raises(ValueError, match="salt"):
        lock_with_password(b"x", PASSWORD, salt=b"short", cty="text")
