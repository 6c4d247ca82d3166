"""What a citizen told with a no: four sentences that our wallet sends, in words; any other as it came."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import written_date
from consent.plain_text import Lang
from verifier.domain.records import ToldReason
from verifier.ports import Ports


def told_words(text: str | None) -> str | None:
    """A sentence of docs/flows/consent.md in the reader's language; None where nothing was told."""
    words = {
        "the citizen says: too much is asked": _("Too much is asked."),
        "the citizen says: I arrange it myself": _("I arrange it myself."),
        "the citizen says: I do not know who asks": _("I do not know who asks."),
        "the citizen says: not now": _("Not now."),
    }
    return None if text is None else str(words.get(text, text))


def told_rows(found: Iterable[ToldReason], ports: Ports, lang: Lang) -> list[dict[str, Any]]:
    """For the inbox: when, about what, and the words; who it was is not known."""
    titles = {name: purpose.title.in_language(lang) for name, purpose in ports.purposes.items()}
    return [
        {
            "day": written_date(one.at),
            "about": titles.get(one.purpose or "", ""),
            "words": told_words(one.text),
        }
        for one in found
    ]
