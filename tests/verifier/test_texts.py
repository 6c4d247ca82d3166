"""What people read at the desk: short sentences, no words of the trade (UX, 10)."""

import re
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from consent.plain_text import is_short

FORBIDDEN = re.compile(
    r"credential|verifier|issuer|attribu|token|claim|presentatie|disclosure|toestemming", re.I
)
FOR_DEVELOPERS = ("Idempotency-Key", "JSON", "Send a ")


def texts(lang):
    """Every text of the catalogue, and every sentence of the data file, in one language."""
    root = resources.files("verifier")
    catalogue = read_po(
        root.joinpath("web", "translations", lang, "LC_MESSAGES", "messages.po").open("rb"), locale=lang
    )
    found = [message.string for message in catalogue if message.id]
    toml = root.joinpath("data", "organisations.toml").read_text("utf-8")
    return found + re.findall(rf'^{lang} = "(.+)"$', toml, re.M)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_sentences_are_short(lang):
    assert [text for text in texts(lang) if not is_short(text)] == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_words_of_the_trade_stay_inside(lang):
    for_people = [text for text in texts(lang) if not any(word in text for word in FOR_DEVELOPERS)]

    assert [text for text in for_people if FORBIDDEN.search(text)] == []
