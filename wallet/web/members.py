"""Members of our own JSON API: read strictly, written plainly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, jsonify

from consent.screen import ConsentScreen, NotShared, Registered, WorkedOut
from consent.wording import Bilingual
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from wallet.domain.advice import Advice
from wallet.domain.card import CardId, HeldCard, path_text
from wallet.domain.mandate import MandateState
from wallet.domain.missing import MissingCard
from wallet.domain.offer import Collected, Offer
from wallet.domain.refusals import InputUnusable
from wallet.domain.request import RequestState
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.approve_request import Approved
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_history import HistoryLine
from wallet.usecases.show_request import OpenRequest
from wallet.usecases.view_mandate import MandateView
from wallet.web.receipt_members import receipts_member
from wallet.web.request_members import (
    choices_member,
    conclusions_member,
    judged_member,
    worked_out_member,
)


def read_members(body: bytes, *names: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """Return text members of a JSON object; null counts as absent, and absent optional ones are empty."""
    try:
        given = strict_json.loads_object(body or b"{}")
    except Malformed as cause:
        raise InputUnusable from cause
    texts = {name: value for name in (*names, *optional) if (value := given.get(name)) is not None}
    if any(name not in texts for name in names) or not all(isinstance(text, str) for text in texts.values()):
        raise InputUnusable
    return {name: texts.get(name, "") for name in (*names, *optional)}


def bilingual(words: Bilingual | None) -> dict[str, str] | None:
    """Return both languages."""
    return None if words is None else {"nl": words.nl, "en": words.en}


def offer_member(offer: Offer) -> dict[str, Any]:
    """Return what the citizen should know before collecting."""
    code = offer.code_field
    return {
        "id": offer.id,
        "grant": offer.grant,
        "issuer": {"id": offer.issuer.id, "name": bilingual(offer.issuer.name)},
        "credentials": [
            {"configuration_id": card.configuration_id, "name": bilingual(card.name), "vct": card.vct}
            for card in offer.cards
        ],
        "tx_code": None
        if code is None
        else {"input_mode": code.input_mode, "length": code.length, "description": code.description},
        "expires_at": offer.expires_at.isoformat(),
    }


def card_member(held: HeldCard) -> dict[str, Any]:
    """Return a card without its values: those are on the page of the card."""
    card = held.card
    return {
        "id": card.id,
        "vct": card.vct,
        "configuration_id": card.configuration_id,
        "name": bilingual(card.name),
        "issuer": card.issuer.id,
        "fields": [path_text(field.path) for field in card.fields],
        "copies_left": held.copies_left,
        "collected_at": card.collected_at.isoformat(),
        "expires_at": moment(card.expires_at),
        "renewable": held.access_id is not None,
    }


def advice_member(advice: Advice) -> dict[str, Any]:
    """Return an advice with every step in both languages."""
    return {
        "worth_it": advice.worth_it,
        "refund_eur": advice.refund_eur,
        "code": advice.code,
        "missing_years": list(advice.missing_years),
        "steps": [{"nl": step.nl, "en": step.en} for step in advice.steps],
    }


def cards_member(ids: Sequence[CardId], *, viewer: Viewer, ports: Ports) -> list[dict[str, Any]]:
    """Return the cards with these ids."""
    held = read_cards(viewer=viewer, ports=ports)
    return [card_member(one) for one in held if one.card.id in ids]


def collected_answer(collected: Collected, *, viewer: Viewer, ports: Ports) -> tuple[Response, int]:
    """200 with the cards; 202 while some are still to come."""
    answer = {
        "cards": cards_member(collected.cards, viewer=viewer, ports=ports),
        "discarded": [bilingual(name) for name in collected.discarded],
        "deferred": [
            {"id": one.id, "name": bilingual(one.name), "interval": one.interval}
            for one in collected.deferred
        ],
    }
    return jsonify(answer), 202 if collected.deferred else 200


def pending_answer(refusal: Exception) -> tuple[Response, int]:
    """A card that is not ready yet is no error: when to ask again."""
    names = getattr(refusal, "names", {})
    return jsonify(deferred=[{"id": names.get("id"), "interval": names.get("wait")}]), 202


def request_member(shown: OpenRequest) -> dict[str, Any]:
    """Return the consent screen with the digest that approving refers to, or what is missing for it."""
    screen = shown.screen
    return {
        "id": shown.id,
        "digest": screen.digest() if screen else None,
        "verifier": {
            "name": shown.asker.organisation,
            "identifier": shown.asker.identifier,
            "client_id": shown.asker.client_id,
        },
        "purpose": bilingual(screen.purpose) if screen else None,
        "legal_basis": screen.legal_basis if screen else None,
        "registered": _registered(screen.registered) if screen else None,
        "registration_doubt": shown.doubt,
        "surplus": [path_text(row.path) for row in screen.surplus] if screen else [],
        "judged": judged_member(screen) if screen else {},
        "choices": choices_member(shown),
        "worked_out": worked_out_member(screen) if screen else {},
        "conclusions": conclusions_member(screen) if screen else [],
        "shared": _shared(screen) if screen else {},
        "not_shared": _not_shared(screen) if screen else {},
        "mandate": screen.mandate.model_dump(mode="json") if screen and screen.mandate else None,
        "mandate_text": bilingual(screen.mandate_text) if screen else None,
        "missing": [_missing(card) for card in shown.missing],
        "expires_at": shown.verified.request.expires_at.isoformat(),
    }


def _missing(card: MissingCard) -> dict[str, Any]:
    return {
        "query": card.query_id,
        "vct": card.vct,
        "why": card.why,
        "issuers": [issuer.id for issuer in card.issuers],
    }


def _registered(registered: Registered | None) -> dict[str, Any] | None:
    if registered is None:
        return None
    return {
        "legal_name": registered.legal_name,
        "purpose": bilingual(registered.purpose),
        "privacy_policy": registered.privacy_policy,
    }


def _shared(screen: ConsentScreen) -> dict[str, Any]:
    """One card a query; where a query takes several, the others stand in `more`."""
    shared: dict[str, Any] = {}
    for card in screen.shared:
        said = {
            "vct": card.vct,
            "name": bilingual(card.name),
            "claims": {path_text(row.path): row.value for row in card.rows},
        }
        if card.query_id in shared:
            shared[card.query_id].setdefault("more", []).append(said)
        else:
            shared[card.query_id] = said
    return shared


def _not_shared(screen: ConsentScreen) -> dict[str, list[str]]:
    """Everything that is not sent; `worked_out` names those of them that follow all the same."""
    paths: dict[str, dict[str, None]] = {}
    rows: tuple[NotShared | WorkedOut, ...] = (*screen.not_shared, *screen.worked_out)
    for row in rows:
        paths.setdefault(row.vct, {})[path_text(row.path)] = None
    return {vct: list(names) for vct, names in paths.items()}


def approved_mandate(done: Approved) -> dict[str, str] | None:
    """Return the mandate that an approval gave, if it was one."""
    if done.mandate_id is None:
        return None
    states = {RequestState.SHARED: MandateState.GRANTED, RequestState.FAILED: MandateState.DECLINED}
    return {"id": done.mandate_id, "state": states.get(done.outcome, MandateState.NOT_CERTAIN)}


def history_member(line: HistoryLine) -> dict[str, Any]:
    """Return a line: names of fields and hashes, never values."""
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "kind": line.kind,
        "outcome": line.outcome,
        "who": bilingual(line.note.who),
        "purpose": bilingual(line.note.purpose),
        "cards": [
            {"name": bilingual(card.card), "fields": [bilingual(field) for field in card.fields]}
            for card in line.note.fields
        ],
        "mandate_id": line.note.mandate_id,
        "reason": line.note.reason,
        "receipt": line.note.receipt,
    }


def mandate_member(view: MandateView) -> dict[str, Any]:
    """Return a mandate with its state in one word and the decision once there is one."""
    granted = view.granted
    return {
        "id": view.id,
        "state": view.state,
        "mandate": granted.document,
        "text": granted.text,
        "verifier": granted.asker,
        "granted_at": granted.granted_at.isoformat(),
        "expires_at": granted.expires_at.isoformat(),
        "used_at": moment(view.used_at),
        "checked_at": moment(view.checked_at),
        "decision": plain_json(view.decision),
        "receipts": receipts_member(view.receipts),
    }


def moment(value: datetime | None) -> str | None:
    """Return ISO 8601 in UTC."""
    return None if value is None else value.isoformat()


def plain_json(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a mapping as an object."""
    return None if value is None else dict(value)
