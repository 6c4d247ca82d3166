import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "\xc3\xa9"]}', {"a": [1, 2.5, True, None, "é"]}),
        ('"\\u00e9\\ud83d\\ude00"', "é😀"),
        (" 7 ", 7),
        ('{"a":{"b":1},"b":{"b":2}}', {"a": {"b": 1}, "b": {"b": 2}}),
    ],
)
def test_plain_json_is_read(text: bytes | str, value: object) -> None:
    assert strict_json.loads(text) == value


@pytest.mark.threat(215)
@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '[{"b":{"a":1,"a":2}}]', '{"a":1,"\\u0061":2}'])
def test_a_doubled_name_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="twice"):
        strict_json.loads(text)


@pytest.mark.parametrize(
    "data",
    [
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b'{"a":1}x',
        b"{'a':1}",
        b"[1,]",
        b'"a\nb"',
        b"",
        '"\ud800"',
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(data: bytes | str) -> None:
    with pytest.raises(Malformed):
        strict_json.loads(data)


def test_32_levels_are_read_and_33_are_not() -> None:
    assert strict_json.loads(nested(32))

    with pytest.raises(Malformed, match="deep"):
        strict_json.loads(nested(33))


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(strict_json.loads("[" + ",".join(["[]"] * 100) + "]")) == 100


@pytest.mark.threat(253)
@pytest.mark.parametrize("text", [nested(10_000), '{"a":' * 10_000 + "1" + "}" * 10_000, "[" * 100_000])
def test_a_tower_of_brackets_is_refused_without_falling(text: str) -> None:
    with pytest.raises(Malformed):
        strict_json.loads(text)


@pytest.mark.parametrize("data", [b'"' + b"a" * 100 + b'"', '"' + "é" * 50 + '"'])
def test_more_bytes_than_allowed_are_refused(data: bytes | str) -> None:
    assert strict_json.loads(data, max_bytes=102)

    with pytest.raises(Malformed, match="101"):
        strict_json.loads(data, max_bytes=101)


@pytest.mark.parametrize("text", ["[]", '"a"', "null", "1"])
def test_an_object_is_asked_and_something_else_refused(text: str) -> None:
    with pytest.raises(Malformed, match="not an object"):
        strict_json.loads_object(text)


def test_what_is_written_is_compact_utf8_in_the_order_given() -> None:
    assert strict_json.dumps({"b": "é", "a": [1, None]}) == '{"b":"é","a":[1,null]}'.encode()


def test_what_is_no_json_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        strict_json.dumps(float("nan"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
PIECES = (
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"b"',
    '"\\u0061"',
    '"\\ud800"',
    '"é"',
    '":"',
    "1",
    "-0",
    "1.0",
    "1e5",
)
PIECES += ("1e400", "NaN", "-Infinity", "true", "null", " ", "\n", "\x00", "01", "+1", "\ufeff", '"', "\\")


def reference(text: str) -> Any:
    """The standard library alone, told to refuse; slow, and written without a look at our reader."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    def number(digits: str) -> float:
        if not math.isfinite(float(digits)):
            raise ValueError("not finite")
        return float(digits)

    def refuse(name: str) -> None:
        raise ValueError(name)

    value = json.loads(text, object_pairs_hook=members, parse_float=number, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def outcome(read: Any, text: Any) -> str:
    """The value with its types, so that 1 and 1.0 and true differ; or that there is none."""
    try:
        return repr(read(text))
    except ValueError:
        return "refused"


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example('{"a":1,"a":1}')
@example('{"a":{"b":1,"b":1}}')
@example('["\\ud83d\\ude00"]')
@example("[-0]")
@example("[-0.0]")
@example("[1e16,1e+16,0.1,5e-324]")
@example("[12345678901234567890123]")
def test_the_quick_reader_and_a_slow_one_agree_on_any_text(text: str) -> None:
    assert outcome(strict_json.loads, text.encode()) == outcome(reference, text)


@given(JSON, st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", ":\t")]), st.booleans())
def test_every_spelling_of_a_value_is_read_alike(
    value: Any, separators: tuple[str, str], escaped: bool
) -> None:
    text = json.dumps(value, separators=separators, ensure_ascii=escaped)

    assert outcome(strict_json.loads, text.encode("utf-8", "surrogatepass")) == outcome(reference, text)


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["", "=", "+", "A", "\\"])
)
@example('{"a":1,"a":1}', "")
@example("[" * 33 + "]" * 33, "")
@example("[" * 32 + "]" * 32, "")
@example("NaN", "")
@example("[0]", "=")
def test_encoded_text_is_read_as_by_both_readers_in_turn(text: str, tail: str) -> None:
    encoded = base64url.encode(text.encode("utf-8", "surrogatepass")) + tail

    def in_turn(encoded: str) -> Any:
        return strict_json.loads(base64url.decode(encoded))

    assert outcome(strict_json.loads_encoded, encoded) == outcome(in_turn, encoded)


@pytest.mark.parametrize(
    "encoded",
    [
        "WyJ+Il0",
        "WyI/Il0",
        "W10=",
        "MA==",
        "WzBd=",
        "WzBd====",
        "WzBdA",
        "W",
        "WzBd.",
        'WzBd"',
        "\\u0057zBd",
        "WzFe",
    ],
)
def test_encoded_text_in_another_spelling_is_refused(encoded: str) -> None:
    with pytest.raises(Malformed):
        strict_json.loads_encoded(encoded)


def test_encoded_text_is_read() -> None:
    assert strict_json.loads_encoded("WyJ-Il0") == ["~"]


@given(JSON)
def test_plain_values_are_written_alike_by_both_writers(value: Any) -> None:
    try:
        written = strict_json.dumps(value)
    except ValueError:
        return

    assert json.loads(strict_json.dumps_plain(value)) == json.loads(written)
    if "e-" not in written.decode() and "." not in written.decode():
        assert strict_json.dumps_plain(value) == written


@pytest.mark.parametrize("deep", [31, 32, 33, 40])
def test_the_depth_counts_in_compact_text_and_in_any_other(deep: int) -> None:
    compact, spaced = nested(deep).encode(), nested(deep).replace("[", "[ ").encode()

    assert (outcome(strict_json.loads, compact) == "refused") == (deep > 32)
    assert (outcome(strict_json.loads, spaced) == "refused") == (deep > 32)


def test_32_levels_of_members_are_read_and_33_are_not() -> None:
    def members(depth: int) -> str:
        return '{"a":' * depth + "1" + "}" * depth

    assert strict_json.loads(members(32)) == strict_json.loads(members(32).encode())

    for data in (members(33), members(33).encode(), f" {members(33)}"):
        with pytest.raises(Malformed, match="deep"):
            strict_json.loads(data)


@pytest.mark.parametrize("data", [b" 77", " 77", b"7.0", '"\\u00e9"'])
def test_a_text_of_exactly_the_size_is_read_slowly_too(data: bytes | str) -> None:
    assert strict_json.loads(data, max_bytes=len(data))

    with pytest.raises(Malformed, match="more than"):
        strict_json.loads(data, max_bytes=len(data) - 1)
