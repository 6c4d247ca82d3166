"""The invented people who walk through a scenario."""

import tomllib
from typing import Annotated

from pydantic import Field, TypeAdapter

from demo.domain.scenario import Bilingual, Frozen, Slug, Text


class Persona(Frozen):
    """Who somebody is, what happened, and whether the scenario helps; income by year in whole euros."""

    name: Text
    age: Annotated[int, Field(ge=0, le=120)]
    who: Bilingual
    story: Bilingual
    answer: Bilingual
    outcome: Bilingual
    income: dict[int, int]

    @property
    def peak(self) -> int:
        """The highest yearly income, at least one euro, to draw the others against."""
        return max(1, *self.income.values())


_personas = TypeAdapter(dict[Slug, Persona])


def parse_personas(toml: bytes) -> dict[str, Persona]:
    """Return the personas by id; raises ValueError for a file that is not complete."""
    return _personas.validate_python(
        {key: _years(value) for key, value in tomllib.loads(toml.decode("utf-8")).items()}
    )


def _years(members: dict[str, object]) -> dict[str, object]:
    income = members.get("income")
    return members | {"income": {int(year): amount for year, amount in dict(income or {}).items()}}  # type: ignore[call-overload]
