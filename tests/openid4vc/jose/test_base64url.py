from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openid4vc.errors import Malformed
from openid4vc.jose import base64url


@given(st.binary(max_size=600))
def test_what_is_encoded_decodes_to_itself(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=20))
def test_digests_encoded_together_are_the_same_as_one_by_one(digests: list[bytes]) -> None:
    assert base64url.encode_digests(digests) == [base64url.encode(digest) for digest in digests]


@given(st.text(alphabet='AQgw_-abc=+/ \\"u0\n\té', max_size=12))
def test_text_has_one_reading_or_none(text: str) -> None:
    try:
        data = base64url.decode(text)
    except Malformed:
        return

    assert base64url.encode(data) == text


def test_the_url_alphabet_is_used_without_padding() -> None:
    assert base64url.encode(b"\xfb\xff\xfe\xff") == "-__-_w"


@pytest.mark.threat(214)
@pytest.mark.parametrize(
    "text",
    [
        "QQ==",
        "QQ=",
        "QUE=",
        "QR",
        "QUF",
        "Q",
        "QUFBQ",
        "+/+/",
        "QU FB",
        "QUFB\n",
        " QUFB",
        "QUF.",
        "QUFé",
        "=",
        "====",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        base64url.decode(text)


@given(st.binary(max_size=600))
def test_the_quick_reader_and_the_slow_one_agree_on_what_is_encoded(data: bytes) -> None:
    assert base64url._decode_slowly(base64url.encode(data)) == data


@given(st.text(alphabet='AQgwz_-=+/ \\"u0,\n\x00é\ud800', max_size=16))
def test_the_quick_reader_accepts_nothing_that_the_slow_one_refuses(text: str) -> None:
    assert outcome(base64url.decode, text) == outcome(strictly, text)


def strictly(text: str) -> bytes:
    """By the letter of RFC 4648 and RFC 7515, without any library's reader."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    bits = "".join(f"{alphabet.index(character):06b}" for character in text)
    if len(text) % 4 == 1 or "1" in bits[len(bits) // 8 * 8 :]:
        raise Malformed("not the one spelling")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


def outcome(read: Callable[[str], bytes], text: str) -> bytes | None:
    try:
        return read(text)
    except ValueError:
        return None
