"""Text that others wrote and that a citizen will read: one line, plain characters, short sentences."""

import re
import unicodedata
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Lang: TypeAlias = Literal["nl", "en"]
LANGUAGES: tuple[Lang, ...] = ("nl", "en")
LONGEST_SENTENCE = 15

# Control, format (bidi, zero-width), surrogate, private, unassigned; line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COMBINING = frozenset({"Mn", "Me", "Mc"})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line break ends one too."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def is_short(text: str) -> bool:
    """Whether no sentence is longer than 15 words."""
    return all(len(sentence.split()) <= LONGEST_SENTENCE for sentence in sentences(text))


def plain(text: str) -> str:
    """The text itself when what is shown is all there is; ValueError for hidden or stacked characters."""
    if text != unicodedata.normalize("NFC", text):
        raise ValueError("text is not in normal form C")
    categories = [unicodedata.category(character) for character in text]
    if not _INVISIBLE.isdisjoint(categories):
        raise ValueError("text holds characters that cannot be seen")
    if any(one in _COMBINING and two in _COMBINING for one, two in pairwise(categories)):
        raise ValueError("text stacks combining marks")
    if any(
        category == "Zs" and character != " " for category, character in zip(categories, text, strict=True)
    ):
        raise ValueError("text holds unusual spaces")
    if text != " ".join(text.split(" ")).strip() or "  " in text:
        raise ValueError("text starts, ends or continues with extra spaces")
    return text


def _short(text: str) -> str:
    if not is_short(text):
        raise ValueError(f"a sentence has more than {LONGEST_SENTENCE} words")
    return text


def _few_words(text: str) -> str:
    if len(text.split()) > 10:
        raise ValueError("a name has more than 10 words")
    return text


Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(plain), AfterValidator(_short)
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=120), AfterValidator(plain), AfterValidator(_few_words)
]


class FrozenModel(BaseModel):
    """Members exactly as listed, of exactly these types; errors never repeat the rejected input."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class LocalText(FrozenModel):
    """The same sentence in Dutch and in English."""

    nl: Sentence
    en: Sentence

    def in_language(self, lang: Lang) -> str:
        """The Dutch or the English sentence."""
        return self.nl if lang == "nl" else self.en
