"""Put what use cases return into the words and shapes of a page."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from chassis.ui.filters import language, written_date
from consent.screen import ConsentScreen
from wallet.domain.card import Card, HeldCard
from wallet.domain.missing import MissingCard, Why
from wallet.domain.words import Words

Row = tuple[str, str]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SMALLEST_GROUPED = 10_000


def say(words: Words) -> str:
    """Return the text in the language of the page, with a capital."""
    text = words.in_language(language())
    return text[:1].upper() + text[1:]


def value_text(value: Any) -> str:
    """Return a value as people read it: nothing is left out and nothing rounded."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int) and abs(value) >= _SMALLEST_GROUPED:
        return str(format_decimal(value))
    if isinstance(value, str) and _DATE.fullmatch(value):
        return _written(value)
    if value is None or value in ("", [], {}):
        return str(_("(empty)"))
    return str(value)


def _written(text: str) -> str:
    try:
        return written_date(text)
    except ValueError:
        return text


def value_at(claims: Mapping[str, Any], place: Sequence[Any]) -> Any:
    """Return what stands at a place of a card."""
    value: Any = claims
    for part in place:
        value = value[part]
    return value


def card_rows(card: Card) -> list[Row]:
    """Return every field of a card with its value."""
    return [(say(field.label), value_text(value_at(card.claims, field.path))) for field in card.fields]


def shared_rows(screen: ConsentScreen, cards: Sequence[HeldCard]) -> list[tuple[str, list[Row]]]:
    """Return per card exactly the rows of the screen."""
    names: dict[str, str] = {held.card.id: say(held.card.name) for held in cards}
    return [
        (
            names.get(card.card_id, say(card.name)),
            [(say(row.label), value_text(row.value)) for row in card.rows],
        )
        for card in screen.shared
    ]


def not_shared_rows(screen: ConsentScreen, cards: Sequence[HeldCard]) -> list[tuple[str, list[str]]]:
    """Return per card the names of what stays here; used cards first."""
    names: dict[str, str] = {held.card.id: say(held.card.name) for held in cards}
    used = {card.card_id for card in screen.shared}
    groups: dict[str, list[str]] = {}
    for row in sorted(screen.not_shared, key=lambda row: row.card_id not in used):
        groups.setdefault(row.card_id, []).append(say(row.label))
    return [(names.get(id, id), labels) for id, labels in groups.items()]


def missing_rows(missing: Sequence[MissingCard]) -> list[dict[str, Any]]:
    """Return per missing card what it is, what is the matter, and where to get it."""
    return [
        {
            "name": kind_name(card.vct),
            "why": _why(card.why),
            "wanted": ", ".join(str(value) for wanted in card.wanted for value in wanted.values),
            "issuers": [(say(issuer.name), issuer.id + "/") for issuer in card.issuers],
        }
        for card in missing
    ]


def kind_name(vct: str) -> str:
    """Return what a kind of card is called when no card of it is at hand to tell its own name."""
    slug = next((part for part in reversed(vct.split("/")) if not part.isdigit()), vct)
    known = {
        "identity": _("Identity data"),
        "income-assessment": _("Income tax assessment"),
        "account-holder": _("Account holder data"),
        "balance-statement": _("Balance statement"),
    }
    return str(known.get(slug, slug.replace("-", " ").capitalize()))


def _why(why: Why) -> str:
    texts = {
        Why.ABSENT: _("You do not have this card yet."),
        Why.OTHER: _("You have another one of this kind."),
        Why.EXPIRED: _("Your card has expired."),
        Why.USED_UP: _("You have used all copies of your card."),
        Why.UNKNOWN_KIND: _("This wallet does not know this kind of card."),
    }
    return str(texts[why])


def retention_days(screen: ConsentScreen) -> list[int]:
    """Return after how many days the acting organisation erases what it got, longest first."""
    if screen.mandate is None:
        return []
    days = {int(scope.retention.removeprefix("P").removesuffix("D")) for scope in screen.mandate.data}
    return sorted(days, reverse=True)


def decision_moment(decision: Mapping[str, Any] | None) -> str:
    """Return when a decision was taken, if it says so in whole seconds."""
    seconds = (decision or {}).get("decided_at")
    return written_date(datetime.fromtimestamp(seconds, UTC)) if isinstance(seconds, int) else ""
