"""Invented people and what the organisations have on record about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.text import Text

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone who can sign in at the mock desk; `records` is keyed by credential configuration id."""

    id: str
    name: str
    story: Text
    records: Mapping[str, Record]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Persona":
        """Records stay as they are in the data: a missing claim is missing in the credential too."""
        return cls(table["id"], table["name"], Text.of(table["story"]), dict(table["records"]))


@dataclass(frozen=True, slots=True)
class Personas:
    """Everybody this service knows."""

    all: tuple[Persona, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Personas":
        """An id that occurs twice would mix two people, so the service refuses to start."""
        everybody = tuple(Persona.of(each) for each in document["personas"])
        if len({each.id for each in everybody}) != len(everybody):
            raise ValueError("persona ids must be unique")
        return cls(everybody)

    def get(self, persona_id: str) -> Persona | None:
        """None for somebody we do not know."""
        return next((each for each in self.all if each.id == persona_id), None)
