"""Put what use cases return into the words and shapes of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import language, written_date
from consent.screen import ConsentScreen, SharedCard
from consent.screen import Row as ScreenRow
from wallet.domain.advice import AVERAGING as AVERAGING
from wallet.domain.card import Card, CardField, HeldCard
from wallet.domain.missing import MissingCard, Why
from wallet.domain.words import Words
from wallet.web.value_words import value_text
from wallet.web.words import wait_text

Row = tuple[str, str]
waiting_time = wait_text


def say(words: Words) -> str:
    """Return the text in the language of the page, with a capital."""
    text = words.in_language(language())
    return text[:1].upper() + text[1:]


def value_at(claims: Mapping[str, Any], place: Sequence[Any]) -> Any:
    """Return what stands at a place of a card."""
    value: Any = claims
    for part in place:
        value = value[part]
    return value


def card_rows(card: Card) -> list[Row]:
    """Return every field of a card with its value; what stands in one list stands in one row."""
    rows: dict[tuple[Any, ...], tuple[str, list[str]]] = {}
    for field in card.fields:
        in_list = bool(field.path) and isinstance(field.path[-1], int)
        place = field.path[:-1] if in_list else field.path
        text = value_text(value_at(card.claims, field.path), field.path)
        rows.setdefault((place, say(field.label)), (field_name(field), []))[1].append(text)
    return [(name, ", ".join(values)) for name, values in rows.values()]


def field_name(field: CardField) -> str:
    """Return the issuer's own label; a nested field without one is named with what it stands in."""
    return say(field.label).replace(".", ": ")


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One field with its value on each card of a group."""

    label: str
    values: tuple[str, ...]
    verdict: str = ""

    @property
    def same(self) -> bool:
        """Whether every card says the same, so that it need be shown once only."""
        return len(set(self.values)) == 1


@dataclass(frozen=True, slots=True)
class SharedGroup:
    """Cards of one kind side by side: exactly the rows of the screen."""

    title: str
    heads: tuple[str, ...]
    rows: list[SharedRow]


def shared_groups(screen: ConsentScreen, cards: Sequence[HeldCard]) -> list[SharedGroup]:
    """Return every row of the screen once; cards with the same fields and verdicts share one table."""
    names: dict[str, str] = {held.card.id: say(held.card.name) for held in cards}
    groups: dict[tuple[Any, ...], list[SharedCard]] = {}
    for card in screen.shared:
        groups.setdefault((card.vct, tuple((row.path, _verdict(row)) for row in card.rows)), []).append(card)
    return [_group(members, names) for members in groups.values()]


def _group(members: list[SharedCard], names: Mapping[str, str]) -> SharedGroup:
    title, heads = _split_names([names.get(card.card_id, say(card.name)) for card in members])
    rows = [
        SharedRow(
            say(first.label),
            tuple(value_text(card.rows[number].value, first.path) for card in members),
            verdict=_verdict(first),
        )
        for number, first in enumerate(members[0].rows)
    ]
    return SharedGroup(title, heads, rows)


def _verdict(row: ScreenRow) -> str:
    return row.judged.verdict if row.judged else ""


def _split_names(names: list[str]) -> tuple[str, tuple[str, ...]]:
    """What the names begin with alike is the title, the rest tells the cards apart."""
    words = [name.split() for name in names]
    alike = 0
    while len(names) > 1 and all(len(one) > alike + 1 and one[alike] == words[0][alike] for one in words):
        alike += 1
    if not alike:
        return ", ".join(names), tuple(names)
    return " ".join(words[0][:alike]), tuple(" ".join(one[alike:]) for one in words)


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
        Why.WITHDRAWN: _("The organisation took your card back. Ask it for a new one."),
        Why.UNKNOWN_KIND: _("This wallet does not know this kind of card."),
    }
    return str(texts[why])


def text_blocks(text: str) -> list[list[str]]:
    """Return a text in blocks of lines, each dash list together; not a character is left out."""
    blocks: list[list[str]] = []
    for line in text.split("\n"):
        if blocks and line.startswith("- ") and blocks[-1][0].startswith("- "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


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
