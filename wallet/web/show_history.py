"""Put the log, and what is looked for in it, into the shape of its page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from wallet.domain.history import Wanted
from wallet.usecases.read_history import HistoryPage

OUTCOMES = ("shared", "not_shared", "failed", "not_certain")


def wanted(query: Mapping[str, str]) -> Wanted:
    """What the form asks for; what cannot be read looks for nothing in particular."""
    outcome = query.get("outcome", "")
    return Wanted(
        outcome=outcome if outcome in OUTCOMES else "",
        party=query.get("party", "")[:300],
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
    )


def page_number(query: Mapping[str, str]) -> int:
    """The page that is asked for; the first for anything odd."""
    text = query.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def history(found: HistoryPage, query: Mapping[str, str]) -> dict[str, Any]:
    """The page, and the form as it was filled in."""
    looked = wanted(query)
    kept = {
        "outcome": looked.outcome,
        "party": looked.party,
        "since": looked.since.isoformat() if looked.since else "",
        "until": looked.until.isoformat() if looked.until else "",
    }
    return {
        "lines": found.lines,
        "page": found.page,
        "pages": found.pages,
        "found": found.found,
        "parties": sorted(found.parties.items(), key=lambda one: one[1].casefold()),
        "outcomes": [(name, outcome_name(name)) for name in OUTCOMES],
        "looked": kept,
        "looking": any(kept.values()),
        "way": {name: value for name, value in kept.items() if value},
    }


def outcome_name(outcome: str) -> str:
    """One of the four outcomes in words."""
    words = {
        "shared": _("Shared"),
        "not_shared": _("Not shared"),
        "failed": _("Failed, nothing was shared"),
        "not_certain": _("Not certain"),
    }
    return str(words[outcome])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
