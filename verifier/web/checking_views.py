"""What the pages that need no account show."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from consent.check_words import check_words
from consent.lint import Finding, LintReport
from consent.named_check import NamedCheck, all_passed
from consent.plain_text import Lang
from verifier.ports import Ports
from verifier.web.views import lang_of


def check(text: str, checks: Sequence[NamedCheck] | None, code: str) -> dict[str, Any]:
    """The form again, and each check in a sentence, with what came of it and its name for developers."""
    lang = lang_of(code)
    rows = [
        (
            check_words(one).in_language(lang),
            _("Holds") if one.passed else _("Does not hold"),
            f"{one.name}: {one.detail}" if one.detail else one.name,
        )
        for one in checks or ()
    ]
    return {
        "text": text,
        "asked": checks is not None,
        "good": all_passed(checks or ()),
        "broken": [row[0] for row, one in zip(rows, checks or (), strict=True) if not one.passed],
        "rows": rows,
    }


def lint(text: str, service: str, report: LintReport | None, ports: Ports, code: str) -> dict[str, Any]:
    """The form again, and each finding with its line."""
    lang = lang_of(code)
    services = [
        (name, purpose.title.in_language(lang), name == service) for name, purpose in ports.purposes.items()
    ]
    return {
        "text": text,
        "services": services,
        "asked": report is not None,
        "passed": report is not None and report.passed,
        "faults": len(report.faults) if report else 0,
        "rows": [_finding(one, lang) for one in report.findings] if report else [],
    }


def _finding(found: Finding, lang: Lang) -> tuple[str, ...]:
    words = {
        "needed": _("Needed"),
        "optional": _("Free choice"),
        "surplus": _("Too much"),
        "forbidden": _("Not allowed"),
    }
    milder = getattr(found.milder, lang) if found.milder else ""
    return (
        str(found.line),
        found.field,
        str(words[found.verdict]),
        found.rule,
        getattr(found.reason, lang),
        milder,
    )
