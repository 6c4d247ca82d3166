"""What others can work out from what is shared: rules kept as data, each with its reason."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from consent.card_fields import Place, leaves
from consent.plain_text import FrozenModel, LocalText
from consent.wording import Bilingual

ANY: Final = "*"
Pattern = Annotated[str, Field(pattern=r"\A(\*|[a-z-]+):[a-z0-9_]+(\.[a-z0-9_]+)*\z")]
Patterns = Annotated[tuple[Pattern, ...], Field(strict=False)]


class Rule(FrozenModel):
    """When all fields of `from` are shared, those of `gives` and what it `tells` can be worked out."""

    name: str
    source: Annotated[Patterns, Field(min_length=1, alias="from")]
    gives: Patterns = ()
    tells: LocalText | None = None
    reason: LocalText
    same_card: bool = False
    same_value: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "Rule":
        if not self.gives and self.tells is None:
            raise ValueError("a rule from which nothing follows")
        if self.same_value and len(self.source) != 1:
            raise ValueError("one field is compared with one other")
        return self


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of one card with what it says."""

    card_id: str
    vct: str
    path: Place
    value: Any


@dataclass(frozen=True, slots=True)
class Followed:
    """A field that stays in the wallet and can be worked out all the same."""

    fact: Fact
    rule: str
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What can be worked out although no card says it."""

    rule: str
    tells: Bilingual
    reason: Bilingual


def rules_of(toml: bytes) -> tuple[Rule, ...]:
    """Read the rules, each name once; ValueError for anything off."""
    found = tuple(Rule.model_validate(_frozen(one)) for one in tomllib.loads(toml.decode("utf-8"))["rule"])
    if len({rule.name for rule in found}) != len(found):
        raise ValueError("two rules with one name")
    return found


def _frozen(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in rule.items()}


RULES: Final = rules_of(files("consent").joinpath("data/inference.toml").read_bytes())


def facts_of(card_id: str, vct: str, claims: Mapping[str, Any]) -> Iterator[Fact]:
    """Every field of a card."""
    return (Fact(card_id, vct, place, value) for place, value in leaves(claims))


def followed(
    shared: Iterable[Fact], kept: Iterable[Fact], *, rules: Iterable[Rule] = RULES
) -> tuple[Followed, ...]:
    """Of the kept fields those that follow from the shared ones, by the first rule that gives them."""
    known, applying = tuple(shared), tuple(rules)
    found = ((fact, next((rule for rule in applying if _gives(rule, known, fact)), None)) for fact in kept)
    return tuple(Followed(fact, rule.name, _words(rule.reason)) for fact, rule in found if rule is not None)


def conclusions(shared: Iterable[Fact], *, rules: Iterable[Rule] = RULES) -> tuple[Conclusion, ...]:
    """What follows from the shared fields beyond any card, in the order of the rules."""
    known = tuple(shared)
    return tuple(
        Conclusion(rule.name, _words(rule.tells), _words(rule.reason))
        for rule in rules
        if rule.tells is not None and _applies(rule, known, lambda _: True)
    )


def _gives(rule: Rule, known: tuple[Fact, ...], kept: Fact) -> bool:
    if not any(_is(kept, pattern) for pattern in rule.gives):
        return False
    if rule.same_value:
        return _applies(rule, known, lambda fact: _same(fact.value, kept.value))
    return _applies(rule, known, lambda fact: not rule.same_card or fact.card_id == kept.card_id)


def _applies(rule: Rule, known: tuple[Fact, ...], counts: Callable[[Fact], bool]) -> bool:
    """Whether each field of the rule is there among the facts that count."""
    return all(any(_is(fact, pattern) and counts(fact) for fact in known) for pattern in rule.source)


def _is(fact: Fact, pattern: str) -> bool:
    """Of that kind of card and at that place; what lies inside a named field belongs to it."""
    kind, _, path = pattern.partition(":")
    names = tuple(path.split("."))
    return (kind == ANY or kind in fact.vct.split("/")) and fact.path[: len(names)] == names


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _words(text: LocalText) -> Bilingual:
    return Bilingual(text.nl, text.en)
