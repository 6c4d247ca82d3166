"""Members of a consent screen in our own JSON API: verdicts, columns and choices."""

from typing import Any

from consent.screen import ConsentScreen
from consent.wording import Bilingual
from wallet.domain.card import path_text
from wallet.usecases.show_request import OpenRequest


def judged_member(screen: ConsentScreen) -> dict[str, dict[str, Any]]:
    """Return the verdict on each field by query, where there is a register to ask."""
    judged: dict[str, dict[str, Any]] = {}
    for card in screen.shared:
        for row in card.rows:
            if row.judged is not None:
                judged.setdefault(card.query_id, {})[path_text(row.path)] = {
                    "verdict": row.judged.verdict,
                    "rule": row.judged.rule,
                    "reason": _both(row.judged.reason),
                    "milder": _both(row.judged.milder) if row.judged.milder else None,
                }
    return judged


def worked_out_member(screen: ConsentScreen) -> dict[str, dict[str, str]]:
    """Return what stays here and can be worked out, by type of card, with the rule."""
    fields: dict[str, dict[str, str]] = {}
    for one in screen.worked_out:
        fields.setdefault(one.vct, {})[path_text(one.path)] = one.rule
    return fields


def conclusions_member(screen: ConsentScreen) -> list[dict[str, Any]]:
    """Return what follows although no card says it."""
    return [{"rule": one.rule, "tells": _both(one.tells)} for one in screen.conclusions]


def choices_member(shown: OpenRequest) -> dict[str, Any]:
    """Return what may be chosen, and what is chosen now."""
    return {
        "cards": {name: [one.candidate_id for one in found] for name, found in shown.fitting.items()},
        "sets": {
            name: [
                {"index": one.index, "paths": [path_text(path) for path in one.paths], "chosen": one.chosen}
                for one in found
            ]
            for name, found in shown.choices.sets.items()
        },
        "options": {
            place: [
                {"index": one.index, "queries": list(one.query_ids), "chosen": one.chosen} for one in found
            ]
            for place, found in shown.choices.options.items()
        },
        "optional": [{"queries": list(one.query_ids), "chosen": one.chosen} for one in shown.choices.extras],
    }


def _both(words: Bilingual) -> dict[str, str]:
    return {"nl": words.nl, "en": words.en}
