"""Put everything of a citizen into one file: for a program as it is, to read in words and dates."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from chassis.ui.filters import language, written_moment
from consent.wording import ACTIONS
from openid4vc.jose.numeric_date import from_numeric_date
from wallet.usecases.lock_export import LockedFile
from wallet.web.value_words import value_text

JSON = "json"
_MOMENTS = frozenset({"iat", "exp", "nbf", "not_before", "expires_at", "granted_at"})
_YEAR_10000 = 253_402_300_800
_OF_THE_FORMAT = frozenset({"iss", "iat", "exp", "nbf", "vct", "vct#integrity", "cnf", "status"})
Row = tuple[str, str]
Path = tuple[str, ...]


def as_file(document: Mapping[str, Any], form: str) -> Response:
    """The export as a file to keep; never in anybody's cache."""
    name = f"eenmalig-{str(document['made_at'])[:10]}"
    if form == JSON:
        body = json.dumps(document, ensure_ascii=False, indent=1)
        answer = Response(body, content_type="application/json; charset=utf-8")
        name += ".json"
    else:
        body = render_template("wallet/rights/export_file.html", everything=document, rows=card_rows)
        answer = Response(body, content_type="text/html; charset=utf-8")
        name += ".html"
    return _to_keep(answer, name)


def as_locked_file(locked: LockedFile) -> Response:
    """The export for another wallet (RFC 7515, 9.2.1: application/jose)."""
    answer = Response(locked.compact, content_type="application/jose")
    return _to_keep(answer, f"eenmalig-{locked.made_at:%Y-%m-%d}.jwe")


def _to_keep(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def card_rows(claims: Mapping[str, Any], labels: Mapping[str, Any]) -> tuple[list[Row], list[Row]]:
    """What stands on a card under the issuer's labels, and apart what its format adds (SD-JWT VC, 3.2.2)."""
    said, added = list[Row](), list[Row]()
    for path, value in _leaves(claims, ()):
        values = value if isinstance(value, list) and value else [value]
        row = (_label(path, labels), ", ".join(_words(one, path) for one in values))
        (added if path[0] in _OF_THE_FORMAT else said).append(row)
    return said, added


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, inner in value.items():
        yield from _leaves(inner, (*path, str(name)))


def _label(path: Path, labels: Mapping[str, Any]) -> str:
    """The issuer labels a list by its members; a name of the format is explained here."""
    dotted, lang = ".".join(path), language()
    found = labels.get(dotted) or labels.get(f"{dotted}.0") or {}
    return str(found.get(lang) or _explained(path) or dotted)


def _explained(path: Path) -> str:
    words = {
        "iss": _("Address of who signed it"),
        "iat": _("Signed on"),
        "nbf": _("Valid from"),
        "exp": _("Valid until"),
        "vct": _("Kind of card"),
        "vct#integrity": _("Fingerprint of the kind"),
        "cnf": _("Public key of the card"),
        "status": _("Place in the status list"),
    }
    word = words.get(path[0])
    return f"{word} ({path[-1]})" if word and len(path) > 1 else str(word or "")


def _words(value: Any, path: Path) -> str:
    if path[-1] in _MOMENTS and type(value) is int and 0 <= value < _YEAR_10000:
        return written_moment(from_numeric_date(value))
    if path == ("actions",) and value in ACTIONS:
        dutch, english = ACTIONS[value]
        return english if language() == "en" else dutch
    return value_text(value, path)
