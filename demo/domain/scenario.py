"""A scenario as data: its question first, then who asks what, what is not asked, and where it ends."""

import tomllib
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chassis.refusals import DomainRefusal

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Role = Literal["hub", "issuer", "wallet", "verifier"]


class ScenarioWithoutQuestion(DomainRefusal):
    """A scenario that does not say which question it answers may not be loaded (kenweg)."""

    code = "scenario_without_question"
    status = 422


class ScenarioIncomplete(DomainRefusal):
    """A scenario must tell purpose, ground, recipients, retention and the effect of a no."""

    code = "scenario_incomplete"
    status = 422


class Frozen(BaseModel):
    """Unknown members are refused, and nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Frozen):
    """One text in Dutch and English; neither may be empty."""

    nl: Text
    en: Text

    def in_language(self, language: str) -> str:
        """Return the text for a page in this language."""
        return self.en if language == "en" else self.nl


class Step(Frozen):
    """One of the steps, at one service; the arrow says from whom to whom something goes, if anything does."""

    role: Role
    arrow: tuple[Role, Role] | None = None
    path: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/-]*$")]
    title: Bilingual
    text: Bilingual
    label: Bilingual


class Asked(Frozen):
    """Data that one organisation's card brings, and why they are needed."""

    who: Bilingual
    card: Bilingual
    fields: Bilingual
    why: Bilingual


class NotAsked(Frozen):
    """Data that are deliberately left alone."""

    what: Bilingual
    why: Bilingual


class Scenario(Frozen):
    """One life event, from the question to the limits."""

    id: Slug
    minutes: Annotated[int, Field(ge=1, le=240)]
    rung: Literal["inform", "advise", "act"]
    personas: Annotated[tuple[Slug, ...], Field(min_length=1)]
    review_by: date
    law_end: date | None = None
    title: Bilingual
    question: Bilingual
    background: Bilingual
    purpose: Bilingual
    acts: Bilingual
    decides: Bilingual
    legal_basis: Bilingual
    recipients: Bilingual
    retention: Bilingual
    refusal: Bilingual
    mandate: Bilingual
    when: Annotated[tuple[Bilingual, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=12)]
    asked: Annotated[tuple[Asked, ...], Field(min_length=1)]
    not_asked: Annotated[tuple[NotAsked, ...], Field(min_length=1)]
    limits: Annotated[tuple[Bilingual, ...], Field(min_length=1)]


def parse_scenario(toml: bytes) -> Scenario:
    """Return the scenario; raises ScenarioWithoutQuestion before anything else is looked at."""
    try:
        members = tomllib.loads(toml.decode("utf-8"))
    except ValueError as wrong:
        raise ScenarioIncomplete(title="This is not a TOML file", hint=str(wrong)) from wrong
    _require_question(members)
    try:
        return Scenario.model_validate(members)
    except ValidationError as wrong:
        places = ", ".join(sorted({".".join(map(str, error["loc"])) for error in wrong.errors()}))
        raise ScenarioIncomplete(title="The scenario is not complete", hint=f"Look at: {places}") from wrong


def _require_question(members: dict[str, Any]) -> None:
    question = members.get("question")
    texts = [question.get(language) for language in ("nl", "en")] if isinstance(question, dict) else [None]
    if not all(isinstance(text, str) and text.strip().endswith("?") for text in texts):
        raise ScenarioWithoutQuestion(
            title="The scenario does not open with a question",
            hint="Add [question] with nl and en, each a sentence that ends with a question mark.",
        )
