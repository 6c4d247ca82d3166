"""Hand the citizen everything that this wallet holds about them (AVG 15, 20): no key, no secret."""

from datetime import datetime
from typing import Any

from consent.rights import ErasureCertificate
from openid4vc.jose import strict_json
from wallet.domain.card import HeldCard, path_text
from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.delete_entry import NOBODY
from wallet.usecases.export_log import migration_data
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_rights import RightsView
from wallet.usecases.read_cards import read_cards
from wallet.usecases.read_history import HistoryLine, whole_history
from wallet.usecases.read_rights import certificate_in, read_all_rights
from wallet.usecases.read_settings import read_settings
from wallet.usecases.sign_in import Citizen
from wallet.usecases.view_mandate import MandateView, read_mandates
from wallet.usecases.write_history import sealed_line

EXPORT_TYPE = "urn:eenmalig:export:1"


def export_everything(pin: str, *, citizen: Citizen, ports: Ports) -> dict[str, Any]:
    """After the PIN, because it opens every card at once; the log tells that it was done."""
    viewer = citizen.viewer
    give_pin(viewer, pin, ports=ports)
    now = ports.clock()
    note = HistoryNote(who=NOBODY, who_id="")
    line = sealed_line(note, Happening(HistoryKind.EXPORTED, "exported"), viewer=viewer, at=now, ports=ports)
    ports.stores.history.add(line)
    ports.audit("exported", account=viewer.account_id)
    return _document(citizen, now, ports)


def _document(citizen: Citizen, now: datetime, ports: Ports) -> dict[str, Any]:
    viewer = citizen.viewer
    lines = whole_history(viewer=viewer, ports=ports)
    cards = read_cards(viewer=viewer, ports=ports)
    rights = read_all_rights(viewer=viewer, ports=ports)
    asked = {str(view.id): view for view in rights}
    return {
        "type": EXPORT_TYPE,
        "made_at": now.isoformat(),
        "account": {"name": citizen.name},
        "settings": strict_json.loads_object(dump(read_settings(viewer=viewer, ports=ports))),
        "cards": [_card(held) for held in cards],
        "mandates": [_mandate(view) for view in read_mandates(viewer=viewer, ports=ports)],
        "receipts": [line.note.receipt for line in lines if line.note.receipt],
        "requests": [_rights(view) for view in rights],
        "history": [_line(line) for line in lines],
        "eudi": migration_data(lines, cards, asked, viewer=viewer, ports=ports).to_wire(),
    }


def _card(held: HeldCard) -> dict[str, Any]:
    """What is on it, under the issuer's labels; the signed copies and their keys stay."""
    card = held.card
    return {
        "name": _both(card.name),
        "type": card.vct,
        "issuer": {"id": card.issuer.id, "name": _both(card.issuer.name)},
        "collected_at": card.collected_at.isoformat(),
        "expires_at": _moment(card.expires_at),
        "copies_left": held.copies_left,
        "labels": {path_text(field.path): _both(field.label) for field in card.fields},
        "claims": dict(card.claims),
    }


def _mandate(view: MandateView) -> dict[str, Any]:
    """The document and its text, and how it ended; not the statement that opens the decision elsewhere."""
    return {
        "id": view.id,
        "state": view.state,
        "document": view.granted.document,
        "text": view.granted.text,
        "given_to": view.granted.asker,
        "granted_at": view.granted.granted_at.isoformat(),
        "expires_at": view.granted.expires_at.isoformat(),
        "used_at": _moment(view.used_at),
        "decision": None if view.decision is None else dict(view.decision),
        "use_receipt": view.receipts.use_text,
    }


def _rights(view: RightsView) -> dict[str, Any]:
    certificate: ErasureCertificate | None = certificate_in(view)
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "asked_at": view.asked_at.isoformat(),
        "to": _both(view.dossier.who),
        "address": view.dossier.address,
        "message": view.dossier.message,
        "reference": view.standing.reference,
        "answer_by": view.standing.due,
        "certificate": None
        if certificate is None
        else certificate.model_dump(mode="json", exclude_none=True),
        "signed_certificate": view.standing.certificate,
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "kind": line.kind,
        "outcome": line.outcome,
        "who": _both(line.note.who),
        "who_id": line.note.who_id,
        "purpose": None if line.note.purpose is None else _both(line.note.purpose),
        "fields": [
            {"card": _both(card.card), "fields": [_both(field) for field in card.fields]}
            for card in line.note.fields
        ],
        "mandate_id": line.note.mandate_id,
        "reason": line.note.reason,
    }


def _both(words: Words) -> dict[str, str]:
    return {"nl": words.nl, "en": words.en}


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
