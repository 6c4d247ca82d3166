"""Jinja filters for amounts, dates and times in the language of the page."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from markupsafe import Markup

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def money(amount: int) -> str:
    """Write whole euros the way the language does: `€ 2.809` in Dutch, `€2,809` in English, minus first."""
    gap = NO_BREAK_SPACE if language() == "nl" else ""
    sign = MINUS if amount < 0 else ""
    return f"{sign}€{gap}{format_decimal(abs(amount))}"


def written_date(value: date | datetime | str) -> str:
    """Write a date out in full; an instant is first moved to Dutch time."""
    moment = date.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(moment, datetime):
        moment = in_amsterdam(moment).date()
    return str(format_date(moment, "d MMMM y"))


def written_moment(value: datetime) -> str:
    """Write an instant as a Dutch date and time; the input must be aware."""
    local = in_amsterdam(value).replace(tzinfo=None)
    return str(format_datetime(local, "d MMMM y, HH:mm", rebase=False))


def in_amsterdam(value: datetime) -> datetime:
    """The last hour of the year 9999, which some write for never, is in no other time zone: it stays."""
    try:
        return value.astimezone(AMSTERDAM)
    except OverflowError:
        return value


def spaced_iban(iban: str) -> str:
    """Group an account number in fours with spaces that do not break, to read it aloud."""
    plain = iban.replace(" ", "")
    return NO_BREAK_SPACE.join(plain[i : i + 4] for i in range(0, len(plain), 4))


def one_decimal(value: float) -> str:
    """Write a number with one decimal, behind a comma in Dutch."""
    return str(format_decimal(round(value, 1), "0.0"))


def dash_lists(lines: Sequence[str]) -> list[list[str]]:
    """Put lines that begin with a dash together, each other line alone; not a character is left out."""
    blocks: list[list[str]] = []
    for line in lines:
        if blocks and line.startswith("- ") and blocks[-1][0].startswith("- "):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def whole_in(name: str, identifier: str) -> Markup:
    """Write a name with its identifier, which no line may break at its hyphen."""
    return Markup('{} <span class="whole">({})</span>').format(name, identifier)


def listed(value: object) -> bool:
    """A text that is still to be translated has a length too, but is no list."""
    return isinstance(value, list | tuple)


def time_element(value: datetime) -> Markup:
    """Write an instant as a `<time>` element that machines can read too."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), written_moment(value))


def language() -> str:
    """Return the language of the page that is being rendered; Dutch outside a request."""
    locale = get_locale()
    return str(locale.language) if locale else "nl"


def register_filters(app: Flask) -> None:
    """Give every template the filters that templates use."""
    filters: dict[str, Callable[..., object]] = {
        "money": money,
        "date": written_date,
        "moment": written_moment,
        "iban": spaced_iban,
        "decimal": one_decimal,
        "time_element": time_element,
        "dash_lists": dash_lists,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.tests["listed"] = listed
