"""Names that pages give to cards and states."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import written_moment
from consent.mandate import Mandate
from consent.plain_text import Lang
from verifier.domain.records import RegisterEntry

ASSESSMENT = re.compile(r"assessment_([0-9]{4})")


def card_label(queries: Sequence[str]) -> str:
    """One name for the cards that answer these queries."""
    years = [found.group(1) for query in queries if (found := ASSESSMENT.fullmatch(query))]
    if years:
        return str(_("Tax assessments of %(years)s", years=", ".join(years)))
    return str({"identity": _("Identity"), "account": _("Bank account")}.get(queries[0], queries[0]))


def state_words(state: str, organisation: str) -> dict[str, Any]:
    """The state in a word, a colour and a sentence."""
    words = {
        "proposed": ("neutral", _("Not given yet"), _("You have not shared anything yet.")),
        "granted": (
            "safe",
            _("Active"),
            _("%(organisation)s can do this for you now.", organisation=organisation),
        ),
        "used": ("neutral", _("Used"), _("It is done. The mandate has ended.")),
        "revoked": (
            "warning",
            _("Withdrawn"),
            _("%(organisation)s may no longer act.", organisation=organisation),
        ),
        "expired": ("neutral", _("Expired"), _("The time is over. Nothing was done.")),
        "declined": ("neutral", _("Not given"), _("No mandate was given. Nothing was shared.")),
    }
    kind, label, sentence = words[state]
    return {"kind": kind, "label": label, "sentence": sentence}


def receipt_rows(document: Mandate, entry: RegisterEntry, lang: Lang) -> list[tuple[str, str]]:
    """What the citizen gave, to whom and until when."""
    rows = [
        (_("What for"), document.purpose.text.in_language(lang)),
        (_("Who acts for you"), document.mandatary.name),
        (_("Who decides"), document.addressee.name),
        (_("How often"), _("One time only")),
        (_("Valid until"), written_moment(document.ends())),
        (
            _("How it was given"),
            _("Signed in your wallet")
            if entry.signed
            else _("Confirmed at the desk. Your wallet did not sign it. This proves less."),
        ),
    ]
    for label, name in (
        (_("Given on"), "granted_at"),
        (_("Used on"), "used_at"),
        (_("Withdrawn on"), "revoked_at"),
    ):
        moment = getattr(entry.mandate, name, None)
        if moment is not None:
            rows.append((label, written_moment(moment)))
    return [*rows, (_("Reference"), document.mandate_id)]
