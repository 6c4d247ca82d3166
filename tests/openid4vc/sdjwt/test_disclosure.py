from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.disclosure import Disclosure, digest, make_disclosure, parse_disclosure, split_sd_jwt


def encoded(content: Any) -> str:
    return base64url.encode(strict_json.dumps(content))


def test_the_digest_is_over_the_encoded_text() -> None:
    disclosure = "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd"

    assert digest(disclosure) == "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"
    assert parse_disclosure(disclosure) == Disclosure(disclosure, "given_name", "John")


def test_an_array_element_has_no_name() -> None:
    disclosure = make_disclosure("salt", {"a": 1})

    assert parse_disclosure(disclosure) == Disclosure(disclosure, None, {"a": 1})


def test_a_disclosure_holds_a_value_and_at_most_a_name() -> None:
    with pytest.raises(ValueError, match="value"):
        make_disclosure("salt")
    with pytest.raises(ValueError, match="value"):
        make_disclosure("salt", "a", "b", "c")


@pytest.mark.threat(252)
@pytest.mark.parametrize(
    "content", [[], ["s"], ["s", "n", 1, 2], {"s": 1}, "s", None, [1, "n", 1], [None, 1], [["s"], 1]]
)
def test_another_shape_refuses(content: Any) -> None:
    with pytest.raises(CheckFailed, match="disclosure_shape"):
        parse_disclosure(encoded(content))


@pytest.mark.threat(250)
@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg", 7, None, ["n"]])
def test_a_name_that_cannot_be_used_refuses(name: Any) -> None:
    with pytest.raises(CheckFailed, match="disclosure_name"):
        parse_disclosure(encoded(["s", name, 1]))


@pytest.mark.threat(253)
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + b'["s","n",1]',
        b'["s","n","\xff"]',
        b'["s","n",{"a":1,"a":1}]',
        b'["s","n",' + b"[" * 10_000 + b"]" * 10_000 + b"]",
        b'["s","n",NaN]',
        b"",
    ],
)
def test_a_disclosure_that_is_no_strict_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_disclosure(base64url.encode(data))


def test_a_padded_disclosure_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_disclosure(encoded(["s", "nm", 1]) + "=")


def test_an_sd_jwt_is_cut_at_its_tildes() -> None:
    split = split_sd_jwt("jwt~d1~d2~kb")

    assert (split.issuer_jwt, split.disclosures, split.key_binding_jwt) == ("jwt", ("d1", "d2"), "kb")
    assert split.bound == "jwt~d1~d2~"


def test_without_a_last_part_there_is_no_key_binding() -> None:
    split = split_sd_jwt("jwt~d1~")

    assert (split.disclosures, split.key_binding_jwt, split.bound) == (("d1",), None, "jwt~d1~")
    assert split_sd_jwt("jwt~").disclosures == ()


@pytest.mark.threat(243)
@pytest.mark.parametrize(
    "text", ["", "jwt", "~", "~kb", "~d~", "jwt~~kb", "jwt~~", "jwt~d~~kb", "jwt~dé~", None, 7, ["jwt~"], {}]
)
def test_what_is_no_compact_sd_jwt_is_malformed(text: Any) -> None:
    with pytest.raises(Malformed):
        split_sd_jwt(text)


def test_more_text_than_allowed_is_malformed() -> None:
    assert split_sd_jwt("jwt~", max_bytes=4)
    with pytest.raises(Malformed):
        split_sd_jwt("jwt~", max_bytes=3)
