"""What the templates show, made from the domain; nothing is worked out in a template."""

from collections.abc import Sequence
from typing import Any

from chassis.tokens import new_token
from consent.mandate import DataScope
from consent.mandate_text import mandate_sections
from consent.plain_text import Lang
from consent.purpose import NeededCard, Purpose
from consent.wording import claim_label
from verifier.domain.decision import Decision
from verifier.domain.helping import COUNTER
from verifier.domain.mandate import state_name
from verifier.domain.organisation import Offer
from verifier.domain.refusals import UnknownService
from verifier.ports import Ports
from verifier.usecases.confirm_at_desk import may_confirm_instead
from verifier.usecases.find_mandate import FoundMandate
from verifier.usecases.offer_receipt import links_for_wallets
from verifier.web.helping_views import helped_rows
from verifier.web.labels import card_label, receipt_rows, state_words
from verifier.web.told_words import told_words
from verifier.web.wording import lang_of as lang_of


def home(own: Sequence[FoundMandate], ports: Ports, code: str) -> dict[str, Any]:
    """The desk, its offers, and the way back to the mandates of this browser."""
    offers = [_offer(offer, ports, lang_of(code)) for offer in ports.town.offers.values()]
    return {"desk": ports.town.desk, "offers": offers, "own": [_own(found, lang_of(code)) for found in own]}


def _own(found: FoundMandate, lang: Lang) -> dict[str, Any]:
    words = state_words(state_name(found.entry.mandate), found.document.mandatary.name)
    purpose = found.document.purpose.text.in_language(lang)
    return {"mandate_id": found.document.mandate_id, "purpose": purpose, "words": words}


def offer(service: str, ports: Ports, code: str) -> dict[str, Any]:
    """One offer with everything that it costs."""
    found = ports.town.offers.get(service)
    if found is None:
        raise UnknownService
    lang, purpose = lang_of(code), ports.purposes[service]
    return {
        "desk": ports.town.desk,
        "authority": ports.town.authorities[found.authority],
        "offer": _offer(found, ports, lang),
        "cards": _cards(purpose, lang),
        "asked": _shared(purpose.scopes(), lang),
        "never": list(dict.fromkeys(rule.reason.in_language(lang) for rule in purpose.never)),
        "legal_basis": purpose.legal_basis,
        "days": purpose.validity_days,
        "retention_days": int(purpose.retention[1:-1]),
    }


def case(found: FoundMandate, ports: Ports, code: str) -> dict[str, Any]:
    """The mandate as it was signed, its state now, and a fresh key for the next act."""
    state = state_name(found.entry.mandate)
    lang = lang_of(code)
    helped = ports.store.helping.of_mandate(found.document.mandate_id)
    return {
        "mandate_id": found.document.mandate_id,
        "desk": found.document.mandatary.name,
        "authority": found.document.addressee.name,
        "state": state,
        "signed": found.entry.signed,
        "told": told_words(ports.store.told.about(found.document.mandate_id, now=ports.clock())),
        "may_confirm": may_confirm_instead(found.entry),
        "words": state_words(state, found.document.mandatary.name),
        "receipt": [*receipt_rows(found.document, found.entry, lang), *helped_rows(helped)],
        "at_counter": helped is not None and helped.place == COUNTER,
        "shared": _shared(found.document.data, lang),
        "text": mandate_sections(found.document, found.document.text_lang),
        "text_lang": found.document.text_lang,
        "steps": [],
        "wallet_page": f"{ports.addresses.wallet}/mandates",
        "wallet_home": f"{ports.addresses.wallet}/",
        "key": new_token(16),
        "receipt_links": links_for_wallets(found.document.mandate_id, ports=ports),
    }


def decision(found: FoundMandate, decided: Decision, ports: Ports, code: str) -> dict[str, Any]:
    """The amounts, and every step in one language."""
    steps = [step[lang_of(code)] for step in decided.outcome["steps"]]
    shown = {"decided": decided, "outcome": decided.outcome, "steps": steps}
    return case(found, ports, code) | shown


def _shared(scopes: Sequence[DataScope], lang: Lang) -> list[tuple[str, list[str]]]:
    """Names of what goes along, never values."""
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for scope in scopes:
        grouped.setdefault(scope.paths, []).append(scope.query)
    return [
        (card_label(queries), [claim_label(path, lang) for path in paths])
        for paths, queries in grouped.items()
    ]


def _offer(offer: Offer, ports: Ports, lang: Lang) -> dict[str, Any]:
    purpose = ports.purposes[offer.service]
    return {
        "service": offer.service,
        "title": purpose.title.in_language(lang),
        "text": purpose.text.in_language(lang),
        "question": offer.question[lang],
        "benefit": offer.benefit[lang],
        "other_road": offer.other_road[lang],
        "notes": [note[lang] for note in offer.notes],
    }


def _cards(purpose: Purpose, lang: Lang) -> list[dict[str, Any]]:
    """Cards that ask the same are shown once, under all their names."""
    grouped: dict[tuple[Any, ...], list[NeededCard]] = {}
    for card in purpose.data:
        grouped.setdefault(tuple(claim.path for claim in card.claims), []).append(card)
    return [
        {
            "name": card_label([card.query for card in group]),
            "rows": [
                (claim_label(claim.path, lang), claim.reason.in_language(lang)) for claim in group[0].claims
            ],
        }
        for group in grouped.values()
    ]
