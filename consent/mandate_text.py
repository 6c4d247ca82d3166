"""The mandate in plain sentences, made from the document alone, so that text and signature cannot differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import TypeAlias

from consent.mandate_document import DataScope, Mandate
from consent.plain_text import Lang
from consent.wording import CARDS, action_label, claim_label, exclusion_label, listed, written_moment
from openid4vc.jose import base64url

# What a line is about, and the line.
Line: TypeAlias = tuple[str, str]
_ASSESSMENT = re.compile(r"assessment_([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of the text that are about one thing; its name is not part of the text."""

    name: str
    lines: tuple[str, ...]


def mandate_text(mandate: Mandate, lang: Lang) -> str:
    """Every member of the mandate in lines of at most 15 words a sentence, in Dutch or English."""
    return "\n".join(line for section in mandate_sections(mandate, lang) for line in section.lines)


def mandate_sections(mandate: Mandate, lang: Lang) -> tuple[Section, ...]:
    """The same lines in the same order, by what they are about: for headings beside the text."""
    lines = _dutch(mandate) if lang == "nl" else _english(mandate)
    by_name = groupby(lines, key=lambda line: line[0])
    return tuple(Section(name, tuple(text for _, text in group)) for name, group in by_name)


def text_digest(mandate: Mandate) -> str:
    """Base64url SHA-256 over the UTF-8 text in the language `text_lang`."""
    return base64url.encode(sha256(mandate_text(mandate, mandate.text_lang).encode("utf-8")).digest())


def _dutch(mandate: Mandate) -> Iterator[Line]:
    agent, decider = mandate.mandatary, mandate.addressee
    yield "who", f"Uw gemachtigde is {agent.name}."
    yield "who", f"Het nummer van uw gemachtigde is {agent.id}."
    yield "who", "Uw gemachtigde mag dit één keer voor u regelen."
    yield "who", f"Uw gemachtigde beslist niet. {decider.name} beslist."
    yield "who", f"Het nummer van de beslisser is {decider.id}."
    yield "what", "Waarvoor:"
    yield "what", mandate.purpose.text.nl
    yield "what", "In het Engels:"
    yield "what", mandate.purpose.text.en
    yield "what", f"Code van de handeling: {mandate.purpose.code}"
    yield "what", f"Het gaat over {_years(mandate, 'nl')}."
    yield "what", "Uw gemachtigde mag:"
    yield from (("what", f"- {action_label(code, 'nl')}") for code in mandate.actions)
    yield "not", "Uw gemachtigde mag niet:"
    yield from (("not", f"- {exclusion_label(code, 'nl')}") for code in mandate.excludes)
    yield "data", "Deze gegevens gaan naar uw gemachtigde en naar de beslisser. Niemand anders krijgt ze."
    yield from (("data", line) for line in _data(mandate, "nl"))
    yield "law", "De wet waarop dit rust:"
    yield "law", mandate.legal_basis
    yield "when", f"De machtiging begint op {written_moment(mandate.starts(), 'nl')}."
    yield "when", f"De machtiging stopt op {written_moment(mandate.ends(), 'nl')}."
    yield "when", "De machtiging werkt één keer. Daarna stopt hij vanzelf."
    yield from (("decision", line) for line in _decision_nl(mandate))
    yield "withdraw", "U tekent met uw identiteitsgegevens in uw wallet."
    yield "withdraw", "U kunt stoppen tot uw gemachtigde het verzoek heeft verstuurd."
    yield "withdraw", "Intrekken kan in uw wallet. Uw wallet meldt dat op dit adres:"
    yield "withdraw", mandate.revocation_uri
    yield "reference", "Dat u een machtiging gaf, blijft bewaard als bewijs."
    yield "reference", f"Kenmerk: {mandate.mandate_id}"


def _english(mandate: Mandate) -> Iterator[Line]:
    agent, decider = mandate.mandatary, mandate.addressee
    yield "who", f"Your mandatary is {agent.name}."
    yield "who", f"The number of your mandatary is {agent.id}."
    yield "who", "Your mandatary may arrange this for you one time."
    yield "who", f"Your mandatary does not decide. {decider.name} decides."
    yield "who", f"The number of the deciding body is {decider.id}."
    yield "what", "What for:"
    yield "what", mandate.purpose.text.en
    yield "what", "In Dutch:"
    yield "what", mandate.purpose.text.nl
    yield "what", f"Code of the act: {mandate.purpose.code}"
    yield "what", f"It is about {_years(mandate, 'en')}."
    yield "what", "Your mandatary may:"
    yield from (("what", f"- {action_label(code, 'en')}") for code in mandate.actions)
    yield "not", "Your mandatary may not:"
    yield from (("not", f"- {exclusion_label(code, 'en')}") for code in mandate.excludes)
    yield "data", "These data go to your mandatary and to the deciding body. Nobody else gets them."
    yield from (("data", line) for line in _data(mandate, "en"))
    yield "law", "The law behind this:"
    yield "law", mandate.legal_basis
    yield "when", f"The mandate starts on {written_moment(mandate.starts(), 'en')}."
    yield "when", f"The mandate ends on {written_moment(mandate.ends(), 'en')}."
    yield "when", "The mandate works once. Then it stops by itself."
    yield from (("decision", line) for line in _decision_en(mandate))
    yield "withdraw", "You sign with the identity data in your wallet."
    yield "withdraw", "You can stop until your mandatary has sent the request."
    yield "withdraw", "You can withdraw in your wallet. Your wallet reports it to this address:"
    yield "withdraw", mandate.revocation_uri
    yield "reference", "That you gave a mandate is kept as proof."
    yield "reference", f"Reference: {mandate.mandate_id}"


def _years(mandate: Mandate, lang: Lang) -> str:
    one = len(mandate.tax_years) == 1
    word = {"nl": "het jaar" if one else "de jaren", "en": "the year" if one else "the years"}[lang]
    return f"{word} {listed(mandate.tax_years, lang)}"


def _decision_nl(mandate: Mandate) -> Iterator[str]:
    if mandate.receives_decision:
        yield "De beslisser stuurt de beslissing aan u en aan uw gemachtigde."
    else:
        yield "De beslisser stuurt de beslissing alleen aan u."


def _decision_en(mandate: Mandate) -> Iterator[str]:
    if mandate.receives_decision:
        yield "The deciding body sends the decision to you and to your mandatary."
    else:
        yield "The deciding body sends the decision to you only."


def _data(mandate: Mandate, lang: Lang) -> Iterator[str]:
    """Cards with the same fields and the same term share one heading; every field has its own line."""
    for _, group in groupby(mandate.data, key=_alike):
        scopes = list(group)
        yield f"{_heading(scopes, lang)}:"
        yield from (f"- {claim_label(path, lang)}" for path in scopes[0].paths)
        yield _term(scopes[0].retention, lang)


def _term(retention: str, lang: Lang) -> str:
    days = retention.removeprefix("P").removesuffix("D")
    one = days == "1"
    if lang == "nl":
        return f"Uw gemachtigde wist dit uiterlijk {days} {'dag' if one else 'dagen'} na het einde."
    return f"Your mandatary erases this at most {days} {'day' if one else 'days'} after the end."


def _alike(scope: DataScope) -> tuple[object, ...]:
    if _ASSESSMENT.fullmatch(scope.query):
        return ("assessment", scope.paths, scope.retention)
    return (scope.query, scope.paths, scope.retention)


def _heading(scopes: list[DataScope], lang: Lang) -> str:
    years = [found.group(1) for scope in scopes if (found := _ASSESSMENT.fullmatch(scope.query))]
    if years:
        word = {"nl": "Uit uw aanslag over", "en": "From your tax assessment for"}[lang]
        return f"{word} {listed(years, lang)}"
    query = scopes[0].query
    if query in CARDS:
        return CARDS[query][0 if lang == "nl" else 1]
    return f"{'Uit uw kaart' if lang == 'nl' else 'From your card'} ‘{query}’"
