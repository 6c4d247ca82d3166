"""Sealing: nothing opens with another key, in another place, or after a change."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openid4vc.jose.keys import SigningKey
from wallet.domain.account import AccountId
from wallet.domain.sealing import PinCost, SealBroken, pin_key, seal, session_key, signer_for, unseal

KEY, OTHER = b"k" * 32, b"o" * 32
CHEAP = PinCost(1, 64, 1)


@given(plain=st.binary(max_size=200), place=st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_what_was_sealed_comes_back(plain, place):
    assert unseal(KEY, seal(KEY, plain, place=place, random_bytes=os.urandom), place=place) == plain


def test_another_key_or_place_opens_nothing():
    sealed = seal(KEY, b"secret", place="card/noor/1", random_bytes=os.urandom)

    for key, place in ((OTHER, "card/noor/1"), (KEY, "card/noor/2"), (KEY, "card/henk/1")):
        with pytest.raises(SealBroken):
            unseal(key, sealed, place=place)


@given(at=st.integers(min_value=0, max_value=60), bit=st.integers(min_value=0, max_value=7))
@settings(max_examples=60, deadline=None)
def test_one_changed_bit_opens_nothing(at, bit):
    sealed = bytearray(seal(KEY, b"a secret", place="x", random_bytes=os.urandom))
    sealed[at % len(sealed)] ^= 1 << bit

    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), place="x")


@pytest.mark.parametrize("length", [0, 1, 32, 33, 40])
def test_too_few_bytes_open_nothing(length):
    sealed = seal(KEY, b"a secret", place="x", random_bytes=os.urandom)[:length]

    with pytest.raises(SealBroken):
        unseal(KEY, sealed, place="x")


def test_equal_secrets_look_different():
    assert len({seal(KEY, b"same", place="x", random_bytes=os.urandom) for _ in range(50)}) == 50


def test_a_pin_gives_another_key_with_another_salt_or_pepper():
    keys = {
        pin_key(pin, salt=salt, pepper=pepper, cost=CHEAP)
        for pin in ("482913", "482914")
        for salt in (b"s" * 16, b"t" * 16)
        for pepper in (b"p" * 32, b"q" * 32)
    }

    assert len(keys) == 8


def test_the_view_key_does_not_open_signing_keys():
    signer = signer_for(AccountId("noor"), b"d" * 32, random_bytes=os.urandom)
    key = SigningKey.generate()
    sealed = signer.seal_key(key, id="copy-1")

    assert signer.unseal_key(sealed, id="copy-1").public == key.public
    with pytest.raises(SealBroken):
        unseal(signer.viewer.view_key, sealed, place="key/noor/copy-1")
    with pytest.raises(SealBroken):
        signer.unseal_key(sealed, id="copy-2")


def test_a_session_key_needs_token_and_secret_file():
    keys = {session_key(token, pepper=pepper) for token in ("a", "b") for pepper in (b"p" * 32, b"q" * 32)}

    assert len(keys) == 4


def test_what_holds_keys_shows_none_of_them():
    signer = signer_for(AccountId("noor"), b"d" * 32, random_bytes=os.urandom)

    assert signer.viewer.view_key.hex() not in repr(signer) + repr(signer.viewer)
    assert "view_key" not in repr(signer.viewer)
