"""A text in the two languages of the product."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Dutch first, English beside it."""

    nl: str
    en: str

    @classmethod
    def of(cls, table: Mapping[str, str]) -> "Text":
        """Both languages or none: a missing one is a KeyError at start."""
        return cls(nl=table["nl"], en=table["en"])

    def in_language(self, language: str) -> str:
        """Dutch is the default for every language we do not have."""
        return self.en if language == "en" else self.nl

    def by_locale(self) -> tuple[tuple[str, str], ...]:
        """Pairs of locale and text, in the order in which metadata lists them."""
        return (("nl", self.nl), ("en", self.en))
