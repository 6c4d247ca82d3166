"""Put the three columns of a consent screen into words, and the verdict on each field."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from consent.field_verdict import FieldVerdict, Verdict
from consent.screen import ConsentScreen, Row
from wallet.domain.history import NamedFields
from wallet.web.card_names import together
from wallet.web.show import say

BADGES = {"needed": "safe", "optional": "neutral", "surplus": "warning", "forbidden": "danger"}


@dataclass(frozen=True, slots=True)
class Why:
    """Why a field is asked: the verdict in a word, the reason, the rule, and what would reveal less."""

    label: str
    verdict: str
    badge: str
    reason: str
    rule: str
    milder: str


@dataclass(frozen=True, slots=True)
class FollowsFrom:
    """What can be worked out for one reason."""

    labels: tuple[str, ...]
    reason: str


def verdict_word(verdict: Verdict) -> str:
    """Return the verdict in one or two words."""
    return str(
        {
            "needed": _("Needed"),
            "optional": _("Your choice"),
            "surplus": _("More than needed"),
            "forbidden": _("Never asked for this"),
        }[verdict]
    )


def badge_of(verdict: Verdict) -> str:
    """Return the kind of badge that a verdict gets."""
    return BADGES[verdict]


def reasons(screen: ConsentScreen) -> list[Why]:
    """Return why each shared field is asked, the same field of several cards once."""
    return list(dict.fromkeys(_why(row, row.judged) for row in _rows(screen) if row.judged))


def _rows(screen: ConsentScreen) -> list[Row]:
    return [row for card in screen.shared for row in card.rows]


def _why(row: Row, judged: FieldVerdict) -> Why:
    return Why(
        label=say(row.label),
        verdict=verdict_word(judged.verdict),
        badge=badge_of(judged.verdict),
        reason=say(judged.reason),
        rule=judged.rule,
        milder=say(judged.milder) if judged.milder else "",
    )


def worked_out(screen: ConsentScreen) -> list[FollowsFrom]:
    """Return what stays here and can be worked out all the same, and what no card says, by reason."""
    by_reason: dict[str, dict[str, None]] = {}
    for field in screen.worked_out:
        by_reason.setdefault(say(field.reason), {})[say(field.label)] = None
    for told in screen.conclusions:
        by_reason.setdefault(say(told.reason), {})[say(told.tells)] = None
    return [FollowsFrom(tuple(labels), reason) for reason, labels in by_reason.items()]


def kept(screen: ConsentScreen) -> list[tuple[str, tuple[str, ...]]]:
    """Return the names of the fields that stay here, by card; cards that keep the same together."""
    rest: dict[str, dict[str, None]] = {}
    for row in screen.not_shared:
        rest.setdefault(say(row.card_name), {})[say(row.label)] = None
    return together((name, tuple(labels)) for name, labels in rest.items())


def by_fields(cards: Sequence[NamedFields]) -> list[tuple[str, tuple[str, ...]]]:
    """Return what the history notes of some cards, the same fields of several cards once."""
    return together((say(one.card), [say(field) for field in one.fields]) for one in cards)
