"""Texts that came from elsewhere, in the two languages of this wallet."""

import unicodedata
from collections.abc import Mapping

from consent.wording import Bilingual as Words

__all__ = ["Words", "plain", "words"]
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_LONGEST = 300


def words(texts: Mapping[str, str], *, otherwise: str) -> Words:
    """Pick Dutch and English out of tagged texts; each falls back on the other, then on `otherwise`."""
    by_language = {tag.lower().partition("-")[0]: plain(text) for tag, text in texts.items() if plain(text)}
    any_text = next(iter(by_language.values()), plain(otherwise))
    nl = by_language.get("nl") or by_language.get("en") or any_text
    return Words(nl=nl, en=by_language.get("en") or nl)


def plain(text: str) -> str:
    """Return text of others without marks that hide or turn around what is shown, and not too long."""
    visible = "".join(" " if mark in "\n\r\t" else mark for mark in text if mark in "\n\r\t" or _shows(mark))
    return " ".join(visible.split())[:_LONGEST]


def _shows(mark: str) -> bool:
    return unicodedata.category(mark) not in _INVISIBLE
