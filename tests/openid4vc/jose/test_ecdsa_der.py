"""Our own spelling of signatures, held against the cryptography library's."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import example, given
from hypothesis import strategies as st

from openid4vc.jose.ecdsa_der import der_from_raw, raw_from_der
from openid4vc.jose.keys import SigningKey

NUMBERS = st.integers(0, 256).flatmap(lambda bits: st.integers(0, (1 << bits) - 1))


@given(NUMBERS, NUMBERS)
@example(0, 0)
@example(0x7F, 0x80)
@example(1 << 247, (1 << 248) - 1)
@example((1 << 255) - 1, 1 << 255)
@example((1 << 256) - 1, 1)
def test_both_ways_agree_with_the_library(r: int, s: int) -> None:
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")

    der = der_from_raw(raw)

    assert der == encode_dss_signature(r, s)
    assert decode_dss_signature(der) == (r, s)
    assert raw_from_der(der) == raw


@pytest.mark.threat(213)
@pytest.mark.parametrize("position", range(64))
def test_a_signature_that_was_made_verifies_and_no_other_byte_will_do(position: int) -> None:
    key, message = SigningKey.generate(), b"message"
    signature = bytearray(key.sign(message))

    assert key.public.verify(message, bytes(signature))
    signature[position] ^= 1
    assert not key.public.verify(message, bytes(signature))


@pytest.mark.threat(213)
@pytest.mark.parametrize("value", [0, 1, (1 << 256) - 1])
def test_numbers_outside_the_group_verify_nothing(value: int) -> None:
    key = SigningKey.generate()
    half = value.to_bytes(32, "big")

    assert not key.public.verify(b"message", half + half)
    assert not key.public.verify(b"message", key.sign(b"message")[:32] + bytes(32))
    assert not key.public.verify(b"message", bytes(32) + key.sign(b"message")[32:])
