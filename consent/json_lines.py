"""On which line of a JSON text each value stands, so that a finding can point at it."""

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
Token: TypeAlias = tuple[str, int]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


class JsonLines:
    """The lines of a text that strict_json has read; other text has no lines to speak of."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Place, int] = {}
        tokens = _tokens(text)
        self._value((), next(tokens), tokens)

    def line(self, place: Place) -> int:
        """The line, from 1, of this member's name or this element; of what it would lie in if absent."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def _value(self, place: Place, first: Token, rest: Iterator[Token]) -> None:
        mark, line = first
        self._lines.setdefault(place, line)
        if mark == "{":
            self._members(place, rest)
        elif mark == "[":
            self._elements(place, rest)

    def _members(self, place: Place, rest: Iterator[Token]) -> None:
        for mark, line in rest:
            if mark == "}":
                return
            if mark != ",":
                member = (*place, json.loads(mark))
                self._lines[member] = line
                next(rest)
                self._value(member, next(rest), rest)

    def _elements(self, place: Place, rest: Iterator[Token]) -> None:
        index = 0
        for first in rest:
            if first[0] == "]":
                return
            if first[0] != ",":
                self._value((*place, index), first, rest)
                index += 1


def _tokens(text: str) -> Iterator[Token]:
    line, read_to = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", read_to, found.start())
        read_to = found.start()
        yield found.group(), line
