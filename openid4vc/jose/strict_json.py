"""JSON with one meaning only: what two parsers could read differently is refused.

A text that comes out again, byte for byte, when the value that was read is written holds nothing but that
value: no name twice, no NaN, no lone surrogate. Such a text needs no slow reader; every other one gets it.
"""

import json
import math
from typing import Any, TypeAlias

from pydantic_core import from_json, to_json

from openid4vc.errors import Malformed
from openid4vc.jose.base64url import decode, quick_base64

Json: TypeAlias = Any
MAX_DEPTH = 32
_SHALLOW = 2 * MAX_DEPTH + 2
"""Shorter than this, a text has no room for brackets that are too deep."""


def loads(data: bytes | str, *, max_bytes: int = 1 << 20) -> Json:
    """Parse; doubled names, NaN, depth over 32, bad UTF-8, lone surrogates, too many bytes: Malformed."""
    if type(data) is bytes and len(data) <= max_bytes:
        try:
            value = from_json(data, allow_inf_nan=False, cache_strings="keys")
            if to_json(value) == data and (len(data) < _SHALLOW or _brackets(data) <= MAX_DEPTH):
                return value
        except ValueError:
            pass
    return _read_slowly(data, max_bytes)


def loads_encoded(text: str) -> Json:
    """JSON in base64url, as strict as base64url.decode and loads: their two quick ways in one."""
    try:
        data = quick_base64(text)
        if len(data) == len(text) * 3 >> 2 and "+" not in text and "/" not in text:
            value = from_json(data, allow_inf_nan=False, cache_strings="keys")
            if to_json(value) == data and (len(data) < _SHALLOW or _brackets(data) <= MAX_DEPTH):
                return value
    except ValueError:
        pass
    return loads(decode(text))


def _brackets(data: bytes) -> int:
    """By what is left without them: taking single bytes out is three times as quick as counting them."""
    return len(data) - len(data.replace(b"{", b"").replace(b"[", b""))


def dumps_plain(value: Json) -> bytes:
    """What dumps writes, quicker, for values known to be JSON; a float may be spelt in another way."""
    return to_json(value)


def _read_slowly(data: bytes | str, max_bytes: int) -> Json:
    """Any JSON, also with white space, escapes and numbers as we would not write them."""
    try:
        text = _bounded_text(data, max_bytes)
        value = _decoder.decode(text)
    except RecursionError as cause:
        raise Malformed("JSON nested too deeply") from cause
    except Malformed:
        raise
    except ValueError as cause:
        raise Malformed("not JSON") from cause
    if "\\u" in text or text.count("{") + text.count("[") > MAX_DEPTH:
        _inspect(value, MAX_DEPTH)
    return value


def loads_object(data: bytes | str, *, max_bytes: int = 1 << 20) -> dict[str, Json]:
    """Parse a JSON object; any other value is Malformed."""
    value = loads(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise Malformed("JSON, but not an object")
    return value


def dumps(value: Json) -> bytes:
    """Compact UTF-8 JSON, members in the order given."""
    return _encode(value).encode("utf-8")


def _bounded_text(data: bytes | str, max_bytes: int) -> str:
    if isinstance(data, str):
        size = len(data) if data.isascii() else len(data.encode("utf-8"))
        text = data
    else:
        size = len(data)
        text = data.decode("utf-8") if size <= max_bytes else ""
    if size > max_bytes:
        raise Malformed(f"JSON of more than {max_bytes} bytes")
    return text


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """The scanner calls this for every object; a name that came twice is missing from the dictionary."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a JSON member name occurs twice")
    return members


def _no_constant(name: str) -> Json:
    raise Malformed(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("a JSON number is too large")
    return number


def _inspect(value: Json, depth_left: int) -> None:
    """Only for text that could hide something: escaped surrogates or deep nesting."""
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise Malformed("a lone surrogate in a JSON string")
        return
    if not isinstance(value, dict | list):
        return
    if depth_left == 0:
        raise Malformed(f"JSON nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        for name in value:
            _inspect(name, depth_left)
    for member in value.values() if isinstance(value, dict) else value:
        _inspect(member, depth_left - 1)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_decoder = json.JSONDecoder(
    object_pairs_hook=_without_doubles, parse_constant=_no_constant, parse_float=_finite
)
