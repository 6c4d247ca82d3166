"""A purpose as a register can put it into a registration certificate: each text and each field once."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from consent.purpose import Purpose
from openid4vc.jose.strict_json import Json
from openid4vc.trust.registration import VerifiedRegistration

# A private claim beside those of TS 119 475, under a name that nobody else can mean (RFC 7519, 4.3).
MEMBER: Final = "urn:eenmalig:purpose:1"
_FIELD: Final = ("reason", "milder")


def purpose_extract(purpose: Purpose, *, vct_of: Callable[[str], str]) -> dict[str, Json]:
    """The purpose with its types filled in, as JSON without repetition."""
    whole = purpose.model_dump(mode="json")
    texts, fields = _Table(), _Table()
    data = [
        {
            "query": card["query"],
            "vct": vct_of(card["vct"]),
            "retention": card["retention"],
            "claims": [
                [fields.index(_with_numbers(_without_values(claim), texts)), claim["values"]]
                for claim in card["claims"]
            ],
        }
        for card in whole["data"]
    ]
    never = [_with_numbers(rule | {"vct": vct_of(rule["vct"])}, texts) for rule in whole["never"]]
    return {**whole, "data": data, "never": never, "fields": fields.entries, "texts": texts.entries}


def purpose_of(registration: VerifiedRegistration | None) -> Purpose | None:
    """The purpose that the register put in; None where there is none, or none that can be read."""
    extract = None if registration is None else registration.claims.get(MEMBER)
    if not isinstance(extract, dict):
        return None
    try:
        return Purpose.model_validate(_frozen(_unfolded(extract)))
    except (ValidationError, KeyError, IndexError, TypeError, ValueError):
        return None


class _Table:
    """Entries by number, each once."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def index(self, entry: Json) -> int:
        if entry not in self.entries:
            self.entries.append(entry)
        return self.entries.index(entry)


def _without_values(claim: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claim.items() if name != "values"}


def _with_numbers(entry: Mapping[str, Any], texts: _Table) -> dict[str, Any]:
    """A number in the place of each text."""
    said = {name: texts.index(entry[name]) for name in _FIELD if entry.get(name) is not None}
    return {name: value for name, value in {**entry, **said}.items() if value is not None}


def _unfolded(extract: Mapping[str, Any]) -> dict[str, Any]:
    texts, fields = extract["texts"], extract["fields"]
    said = {name: value for name, value in extract.items() if name not in {"texts", "fields"}}
    data = [
        card
        | {"claims": [_with_texts(fields[number], texts) | {"values": v} for number, v in card["claims"]]}
        for card in extract["data"]
    ]
    return said | {"data": data, "never": [_with_texts(rule, texts) for rule in extract["never"]]}


def _with_texts(entry: Mapping[str, Any], texts: Any) -> dict[str, Any]:
    return {name: texts[value] if name in _FIELD else value for name, value in entry.items()}


def _frozen(value: Any) -> Any:
    """Arrays as tuples, because the model takes nothing else."""
    if isinstance(value, dict):
        return {name: _frozen(member) for name, member in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
