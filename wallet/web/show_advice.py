"""Put an advice into words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import money
from wallet.web.value_words import value_text


def rows(assessments: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Return year, income and date of each assessment; odd values as they stand on the card."""
    return [
        (
            str(claims["jaar"]),
            _euros(claims.get("belastbaar_inkomen_werk_en_woning")),
            value_text(claims.get("dagtekening")),
        )
        for claims in assessments
    ]


def _euros(value: Any) -> str:
    return money(value) if type(value) is int else value_text(value)


def why_not(code: str | None) -> str:
    """Return what a refusal of the scheme means for the citizen; nothing without a code."""
    texts = {
        "too_late": _("You are too late for these years. It is no longer possible."),
        "not_yet_irrevocable": _("Your last assessment is not fixed yet. Come back 6 weeks after its date."),
        "not_final": _("One of your assessments is provisional. Only a final assessment counts."),
        "part_year": _("You did not live in the Netherlands all 3 years. Then averaging is not possible."),
        "year_already_used": _("You already used one of these years. A year counts only once."),
        "cohorts_contradict": _("The age groups on your cards do not fit together."),
        "not_one_person": _("Your cards are not all about the same person."),
    }
    return str(texts.get(code, _("Your wallet cannot read one of your cards."))) if code else ""
