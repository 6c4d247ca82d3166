"""Words in several languages, as registers and lists of trust write them."""

from collections.abc import Sequence

from openid4vc.messages import Message, ShortText


class Text(Message):
    """Words in one language (BCP 47)."""

    lang: ShortText
    value: ShortText


def in_language(texts: Sequence[Text], language: str) -> str:
    """The words in this language, else in English, else the first there are; empty if there are none."""
    for wanted in (language, "en"):
        for text in texts:
            if text.lang.partition("-")[0].lower() == wanted:
                return text.value
    return texts[0].value if texts else ""
