"""The words of JSON Schema that the published schemas use; formats are not judged."""

import re
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: Any, root: Any = None, place: str = "") -> Iterator[str]:
    """What is wrong with a value; nothing when the schema takes it."""
    root = schema if root is None else root
    if schema is True or schema is False:
        yield from [] if schema else [f"{place}: not allowed"]
        return
    if schema.get("$ref", "").startswith("#/"):
        aim = reduce(lambda part, name: part[name], schema["$ref"].split("/")[1:], root)
        yield from faults(value, aim, root, place)
    if "type" in schema and not _is_kind(value, schema["type"]):
        yield f"{place}: not {schema['type']}"
        return
    for word, judge in WORDS.items():
        if word in schema and judge(value, schema[word]):
            yield f"{place}: {word}"
    yield from _combined(value, schema, root, place)
    yield from _below(value, schema, root, place)


def _is_kind(value: Any, kinds: str | list[str]) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds
    fits = any(isinstance(value, KINDS[name]) for name in names)
    return fits and not (isinstance(value, bool) and "boolean" not in names)


def _longer(kind: type, most: bool) -> Callable[[Any, int], bool]:
    return lambda value, size: isinstance(value, kind) and (len(value) > size if most else len(value) < size)


WORDS: dict[str, Callable[[Any, Any], bool]] = {
    "maximum": lambda value, most: isinstance(value, int | float) and value > most,
    "const": lambda value, wanted: value != wanted,
    "enum": lambda value, wanted: value not in (wanted if isinstance(wanted, list) else wanted["enum"]),
    "pattern": lambda value, pattern: isinstance(value, str) and not re.search(pattern, value),
    "minLength": _longer(str, most=False),
    "maxLength": _longer(str, most=True),
    "minItems": _longer(list, most=False),
    "maxItems": _longer(list, most=True),
    "minProperties": _longer(dict, most=False),
    "maxProperties": _longer(dict, most=True),
    "minimum": lambda value, least: isinstance(value, int | float) and value < least,
    "uniqueItems": lambda value, wanted: wanted and len({repr(one) for one in value}) < len(value),
    "required": lambda value, names: isinstance(value, dict) and not value.keys() >= set(names),
}


def _combined(value: Any, schema: Any, root: Any, place: str) -> Iterator[str]:
    def fits(one: Any) -> bool:
        return not any(faults(value, one, root))

    for one in schema.get("allOf", ()):
        yield from faults(value, one, root, place)
    if "anyOf" in schema and not any(map(fits, schema["anyOf"])):
        yield f"{place}: anyOf"
    if "oneOf" in schema and sum(map(fits, schema["oneOf"])) != 1:
        yield f"{place}: oneOf"
    if "not" in schema and fits(schema["not"]):
        yield f"{place}: not"
    if "if" in schema:
        yield from faults(value, schema.get("then" if fits(schema["if"]) else "else", True), root, place)
    if "contains" in schema and isinstance(value, list):
        yield from [] if any(not any(faults(each, schema["contains"], root)) for each in value) else [place]


def _below(value: Any, schema: Any, root: Any, place: str) -> Iterator[str]:
    known = schema.get("properties", {})
    if isinstance(value, dict):
        for name in value:
            below = known[name] if name in known else schema.get("additionalProperties", True)
            yield from faults(value[name], below, root, f"{place}/{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", True), root, f"{place}/{number}")
