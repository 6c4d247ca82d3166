import pytest

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json


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
