"""Requests and reports as JSON members: states, days and signed answers, no values."""

from typing import Any

from flask import Response

from consent.erasure_grounds import EXTENSIONS
from openid4vc.jose.numeric_date import to_numeric_date
from verifier.domain.erasure import DeletionEntry
from verifier.domain.supervision import ReportEntry


def deletion_member(entry: DeletionEntry) -> dict[str, Any]:
    """What the citizen may know at once: the term, whether it was extended and why, the signed answer."""
    ground = EXTENSIONS.get(entry.extended_because or "")
    return {
        "id": entry.id,
        "state": entry.decision or ("extended" if entry.extended_at else "received"),
        "received_at": to_numeric_date(entry.received_at),
        "due": entry.clock().due.isoformat(),
        "extended_because": None if ground is None else {"nl": ground.text.nl, "en": ground.text.en},
        "certificate": entry.certificate,
    }


def report_member(entry: ReportEntry) -> dict[str, Any]:
    """The reference and the state; what the supervisor thinks of it is not told here."""
    return {
        "id": entry.id,
        "reference": entry.reference,
        "state": entry.state,
        "received_at": to_numeric_date(entry.received_at),
    }


def fresh(response: Response) -> Response:
    """Nobody keeps it on the way."""
    response.headers["Cache-Control"] = "no-store"
    return response
