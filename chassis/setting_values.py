"""Declare a setting, and read it from its text by the type of its field."""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING
from datetime import datetime
from pathlib import Path
from typing import Any

WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def setting(help: str, *, default: Any = MISSING) -> Any:
    """Declare a field that load_config reads; the help text is what `.env.example` and errors show."""
    if isinstance(default, dict | list):
        return dataclasses.field(default_factory=default.copy, metadata={"help": help})
    if default is MISSING:
        return dataclasses.field(metadata={"help": help})
    return dataclasses.field(default=default, metadata={"help": help})


def read_value(text: str, wanted: Any) -> Any:
    """Return the value that a setting's text means; raises ValueError with what was expected instead."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (types.UnionType, typing.Union):
        return read_value(text, next(kind for kind in arguments if kind is not types.NoneType))
    if origin is tuple:
        return tuple(read_value(part, arguments[0]) for part in _parts(text))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict(_pair(part) for part in _parts(text))
    try:
        return READERS[wanted](text)
    except KeyError:
        raise TypeError(f"no reader for settings of type {wanted!r}") from None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pair(part: str) -> tuple[str, str]:
    left, equals, right = part.partition("=")
    if not equals:
        raise ValueError(f"{part!r} is not of the form name=value")
    return left.strip(), right.strip()


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("must be a whole number")
    return int(text)


def _truth(text: str) -> bool:
    try:
        return WORDS[text.lower()]
    except KeyError:
        raise ValueError("must be 1 or 0") from None


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be an instant such as 2026-11-24T09:00:00+00:00") from None


READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str.strip,
    int: _integer,
    bool: _truth,
    Path: Path,
    datetime: _instant,
}
