import pytest
from hypothesis import given
from hypothesis import strategies as st

from openid4vc.errors import Malformed
from openid4vc.jose import base64url


@given(st.binary(max_size=200))
def test_what_is_encoded_decodes_to_itself(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@given(st.text(alphabet="AQgw_-abc=+/ ", max_size=12))
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
