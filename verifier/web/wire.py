"""Values of the domain as JSON members."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from flask import url_for

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateState, state_name
from verifier.domain.organisation import Offer
from verifier.domain.presentation import Answered
from verifier.domain.records import RegisterEntry
from verifier.domain.result import Standing
from verifier.usecases.read_receipt import Receipt
from verifier.usecases.start_presentation import Started

Way: TypeAlias = Callable[..., MandateState]


def read_members(body: bytes, *names: str) -> tuple[str, ...]:
    """These members of a JSON object, all of them text; Malformed otherwise."""
    document = strict_json.loads_object(body)
    values = tuple(document.get(name) for name in names)
    if not all(isinstance(value, str) and value for value in values):
        raise Malformed(f"a JSON object with the texts {', '.join(names)} is needed")
    return tuple(str(value) for value in values)


def exactly_one_of(form: Mapping[str, str], ways: Mapping[str, Way]) -> tuple[Way, str]:
    """The one way that a form goes, with what it brings; Malformed for none and for more than one."""
    chosen = [name for name in ways if name in form]
    if len(chosen) != 1:
        raise Malformed(f"exactly one of {', '.join(ways)} is needed")
    return ways[chosen[0]], form[chosen[0]]


def mandate_brief(mandate: MandateState) -> dict[str, str]:
    """Id and state."""
    return {"id": mandate.id, "state": state_name(mandate)}


def mandate_member(entry: RegisterEntry) -> dict[str, Any]:
    """What the register tells whoever knows the id: state, kind and times, no values."""
    mandate = entry.mandate
    return {
        **mandate_brief(mandate),
        "kind": entry.kind,
        "granted_at": _seconds(getattr(mandate, "granted_at", None)),
        "used_at": _seconds(getattr(mandate, "used_at", None)),
        "revoked_at": _seconds(getattr(mandate, "revoked_at", None)),
        "expires_at": _seconds(mandate.expires_at),
    }


def decision_member(decision: Decision) -> dict[str, Any]:
    """The outcome with its steps, and when it was taken."""
    return {**decision.outcome, "decided_at": _seconds(decision.decided_at)}


def receipt_member(receipt: Receipt) -> dict[str, Any]:
    """The signed text, and whether two organisations signed it."""
    return {"receipt": receipt.text, "countersigned": receipt.countersigned}


def started_member(started: Started) -> dict[str, Any]:
    """What the caller needs to go on; the transaction is a secret of the caller."""
    return {
        "id": started.id,
        "mandate_id": started.mandate_id,
        "transaction": started.transaction,
        "wallet_url": started.wallet_url,
    }


def presentation_started(started: Started) -> dict[str, Any]:
    """What a developer needs: the id is the secret that reads the result, the links are for the wallet."""
    return {
        "id": started.transaction,
        "uri": started.uri,
        "wallet_url": started.wallet_url,
        "expires_at": _seconds(started.expires_at),
        "purpose": started.purpose,
    }


def presentation_member(standing: Standing, *, now: datetime) -> dict[str, Any]:
    """Where it stands, and what may be read of it."""
    return {
        "state": standing.state(now=now),
        "claims": dict(standing.claims),
        "checks": standing.checks,
        "mandate": None if standing.mandate_id is None else {"id": standing.mandate_id},
        **({} if standing.told is None else {"told": standing.told}),
    }


def way_back(answered: Answered, receipt_link: str | None = None) -> dict[str, str]:
    """On one device back to the browser that asked, else nothing (OpenID4VP 1.0, 8.2); errors no less.

    A member of our own says where a receipt can be collected; a wallet that does not know it ignores it.
    """
    said = {} if receipt_link is None else {"receipt_offer_uri": receipt_link}
    if not answered.same_device:
        return said
    way = url_for("pages.returned", response_code=answered.response_code, _external=True)
    return {"redirect_uri": way, **said}


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
