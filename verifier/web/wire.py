"""Values of the domain as JSON members."""

from datetime import datetime
from typing import Any

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateState, state_name
from verifier.domain.organisation import Offer
from verifier.usecases.start_mandate_request import Started


def read_members(body: bytes, *names: str) -> tuple[str, ...]:
    """These members of a JSON object, all of them text; Malformed otherwise."""
    document = strict_json.loads_object(body)
    values = tuple(document.get(name) for name in names)
    if not all(isinstance(value, str) and value for value in values):
        raise Malformed(f"a JSON object with the texts {', '.join(names)} is needed")
    return tuple(str(value) for value in values)


def mandate_brief(mandate: MandateState) -> dict[str, str]:
    """Id and state."""
    return {"id": mandate.id, "state": state_name(mandate)}


def mandate_member(mandate: MandateState) -> dict[str, Any]:
    """What the register tells whoever knows the id: state and times, no values."""
    return {
        **mandate_brief(mandate),
        "granted_at": _seconds(getattr(mandate, "granted_at", None)),
        "used_at": _seconds(getattr(mandate, "used_at", None)),
        "revoked_at": _seconds(getattr(mandate, "revoked_at", None)),
        "expires_at": _seconds(mandate.expires_at),
    }


def decision_member(decision: Decision) -> dict[str, Any]:
    """The outcome with its steps, and when it was taken."""
    return {**decision.outcome, "decided_at": _seconds(decision.decided_at)}


def started_member(started: Started) -> dict[str, str]:
    """What the caller needs to go on; the transaction is a secret of the caller."""
    return {
        "id": started.id,
        "mandate_id": started.mandate_id,
        "transaction": started.transaction,
        "wallet_url": started.wallet_url,
    }


def offer_member(offer: Offer) -> dict[str, Any]:
    """A service of the desk, with its question first."""
    return {
        "service": offer.service,
        "rung": offer.rung,
        "question": dict(offer.question),
        "benefit": dict(offer.benefit),
        "other_road": dict(offer.other_road),
        "notes": [dict(note) for note in offer.notes],
    }


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
