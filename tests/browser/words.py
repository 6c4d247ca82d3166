"""What may stand on a page: plain sentences, no jargon, nothing in the other language."""

from __future__ import annotations

import re
from functools import cache

from chassis import catalogues
from tests.browser.inventory import Place
from tests.ui.test_plain_words import FORBIDDEN, MOST_WORDS, sentences


def words_at_fault(place: Place, texts: list[str], *, lang: str) -> list[str]:
    """Faults of the texts that one page shows."""
    faults = [f"in the other language: {text!r}" for text in texts if text in _foreign(lang)]
    if place.consent:
        long = [one for text in texts for one in _sentences(text) if len(one.split()) > MOST_WORDS]
        faults += [f"more than {MOST_WORDS} words: {one!r}" for one in long]
    if lang == "nl" and place.reader == "citizen":
        faults += [f"jargon {word}: {text!r}" for text in texts for word in _jargon(text)]
    return faults


def _sentences(text: str) -> list[str]:
    """Apart from references in brackets, and from the items of a list on one line."""
    bare = re.sub(r"\([^)]*\)", "", text)
    return [one for item in bare.split(" · ") for one in sentences(item)]


def _jargon(text: str) -> list[str]:
    return [word for word in FORBIDDEN if re.search(rf"\b{word}", text.lower())]


@cache
def _foreign(lang: str) -> frozenset[str]:
    """Texts of the other language that are not also a text of this one."""
    own, other = set(), set()
    for target in catalogues.targets():
        for message in catalogues.read(target, "nl"):
            if message.id and isinstance(message.id, str):
                english, dutch = message.id, str(message.string)
                own.add(dutch if lang == "nl" else english)
                other.add(english if lang == "nl" else dutch)
    return frozenset(other - own)
