"""Put a value of a card into words: amounts, dates, and what cards write in codes."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _

from chassis.ui.filters import MINUS, money, written_date

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = frozenset({"jaar", "year"})
_EUROS = frozenset(
    {
        "belastbaar_inkomen_werk_en_woning",
        "inkomstenbelasting_box1",
        "premie_volksverzekeringen",
        "tariefsaanpassing",
        "heffingskortingen",
        "verzamelinkomen",
        "totaal_saldo",
    }
)
_COUNTRIES = frozenset({"country", "issuing_country", "nationality", "nationalities"})


def value_text(value: Any, path: Sequence[Any] = ()) -> str:
    """Return a value as people read it: nothing is left out and nothing rounded."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int):
        return _number(value, name)
    if isinstance(value, str):
        return coded_text(value, name) or _text(value)
    return str(_("(empty)")) if value in (None, [], {}) else str(value)


def coded_text(value: str, name: str) -> str:
    """Return the words for a code that a field of this name holds; empty for what is no code known here."""
    if name in _COUNTRIES:
        return _country(value)
    words = {
        ("aow_cohort", "below_aow"): _("younger than the state pension age"),
        ("aow_cohort", "aow_born_1946_or_later"): _("state pension, born in 1946 or later"),
        ("aow_cohort", "aow_born_before_1946"): _("state pension, born before 1946"),
        ("aanslagstatus", "definitief"): _("final"),
        ("aanslagstatus", "voorlopig"): _("provisional"),
        ("rekeningsoort", "betaalrekening"): _("payment account"),
        ("rekeningsoort", "spaarrekening"): _("savings account"),
    }
    return str(words.get((name, value), ""))


def _country(code: str) -> str:
    locale = get_locale()
    return str(locale.territories.get(code, "")) if locale is not None else ""


def _number(value: int, name: str) -> str:
    """A year as it is, an amount in euros, another number with its thousands apart."""
    if name in _YEARS:
        return str(value)
    return money(value) if name in _EUROS else str(format_decimal(value)).replace("-", MINUS)


def _text(value: str) -> str:
    if not _DATE.fullmatch(value):
        return value or str(_("(empty)"))
    try:
        return written_date(value)
    except ValueError:
        return value
