"""What several views need: the language of consent."""

from consent.plain_text import Lang


def lang_of(code: str) -> Lang:
    """The page's language as consent knows it."""
    return "en" if code == "en" else "nl"
