"""Mandates in groups, and what happened to one of them in sentences with a date and a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from chassis.ui.filters import in_amsterdam, written_date
from wallet.domain.mandate import MandateState
from wallet.usecases.view_mandate import MandateView

GROUPS: tuple[tuple[Any, frozenset[MandateState]], ...] = (
    (lazy_gettext("Open"), frozenset({MandateState.GRANTED, MandateState.NOT_CERTAIN})),
    (lazy_gettext("Used"), frozenset({MandateState.USED})),
    (lazy_gettext("Withdrawn"), frozenset({MandateState.REVOKED})),
    (lazy_gettext("Ended without use"), frozenset({MandateState.EXPIRED, MandateState.DECLINED})),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Mandates that stand alike."""

    title: str
    views: tuple[MandateView, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `at` is empty where nobody told when."""

    at: datetime | None
    text: str


def grouped(views: Sequence[MandateView]) -> tuple[Group, ...]:
    """Return every mandate in exactly one group; empty groups are left out."""
    groups = (Group(str(title), tuple(v for v in views if v.state in states)) for title, states in GROUPS)
    return tuple(group for group in groups if group.views)


def story(view: MandateView) -> tuple[Event, ...]:
    """Return what happened, in order: given, used, decided, or how it ended."""
    names = {
        "organisation": view.granted.document["mandatary"]["name"],
        "recipient": view.granted.document["addressee"]["name"],
    }
    granted = view.granted.granted_at
    events = [Event(granted, _("On %(when)s, you gave this mandate.", when=when_text(granted)))]
    if view.used_at is not None:
        when = when_text(view.used_at)
        used = _("On %(when)s, %(organisation)s used it at %(recipient)s.", when=when, **names)
        events.append(Event(view.used_at, used))
    decided = (view.decision or {}).get("decided_at")
    if isinstance(decided, int):
        at = datetime.fromtimestamp(decided, UTC)
        events.append(Event(at, _("On %(when)s, %(recipient)s decided.", when=when_text(at), **names)))
    return tuple([*events, *_end(view, names)])


def when_text(moment: datetime) -> str:
    """Return a Dutch day and time as it is said in a sentence."""
    time = in_amsterdam(moment).strftime("%H:%M")
    return str(_("%(day)s at %(time)s", day=written_date(moment), time=time))


def _end(view: MandateView, names: dict[str, str]) -> list[Event]:
    ends = view.granted.expires_at
    texts = {
        MandateState.REVOKED: (None, _("You withdrew it. %(organisation)s did nothing with it.", **names)),
        MandateState.EXPIRED: (
            ends,
            _("On %(when)s, the time was over. Nobody used it.", when=when_text(ends)),
        ),
        MandateState.DECLINED: (None, _("%(organisation)s did not accept it.", **names)),
        MandateState.GRANTED: (None, _("Nobody used it yet.")),
    }
    found = texts.get(view.state)
    return [Event(*found)] if found else []
