"""Who the desk and the authorities are, and what the desk offers: data, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal person under the identifier of its certificate (TS 119 475, 5.1)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A service of the desk: the question it answers, decided by whom, on which rung of the ladder."""

    service: str
    purpose: str
    authority: str
    rung: str
    question: Mapping[str, str]
    benefit: Mapping[str, str]
    other_road: Mapping[str, str]
    notes: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeskQuestion:
    """A question without a mandate: its purpose, and the file that asks it where that is not the purpose."""

    purpose: str
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """The organisations this deployment plays."""

    desk: Organisation
    authorities: Mapping[str, Organisation]
    offers: Mapping[str, Offer]
    questions: Mapping[str, DeskQuestion]

    @property
    def purposes(self) -> dict[str, str]:
        """The file of each purpose of the desk, by the name of its service or question."""
        services = {name: offer.purpose for name, offer in self.offers.items()}
        return services | {name: question.purpose for name, question in self.questions.items()}


def parse_town(toml: bytes) -> Town:
    """Read organisations.toml; a service without a known authority refuses to load."""
    data = tomllib.loads(toml.decode())
    authorities = {key: Organisation(**value) for key, value in data["authorities"].items()}
    offers = {key: _offer(key, value) for key, value in data["services"].items()}
    unknown = {offer.authority for offer in offers.values()} - authorities.keys()
    if unknown or not offers:
        raise ValueError(f"organisations.toml: services need a known authority, not {sorted(unknown)}")
    questions = {key: DeskQuestion(**value) for key, value in data.get("questions", {}).items()}
    if questions.keys() & offers.keys():
        raise ValueError("organisations.toml: a question and a service share a name")
    return Town(Organisation(**data["desk"]), authorities, offers, questions)


def _offer(service: str, value: Mapping[str, Any]) -> Offer:
    return Offer(
        service=service,
        purpose=value["purpose"],
        authority=value["authority"],
        rung=value["rung"],
        question=value["question"],
        benefit=value["benefit"],
        other_road=value["other_road"],
        notes=tuple(value.get("notes", ())),
    )
