"""Small things that several views need: the language of consent, and a text in blocks."""

from consent.plain_text import Lang


def lang_of(code: str) -> Lang:
    """The page's language as consent knows it."""
    return "en" if code == "en" else "nl"


def text_blocks(text: str) -> list[list[str]]:
    """A text line by line, each dash list together; not a character is left out."""
    blocks: list[list[str]] = []
    for line in text.split("\n"):
        if blocks and line.startswith("- ") and blocks[-1][0].startswith("- "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks
