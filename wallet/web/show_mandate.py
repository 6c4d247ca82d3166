"""Put headings beside the text of a mandate; the text itself stays letter for letter what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from consent.mandate import Mandate, mandate_text
from consent.mandate_text import mandate_sections
from consent.plain_text import Lang
from openid4vc.jose import strict_json
from wallet.web.show import text_blocks


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of ours, and lines of the text below it."""

    title: str
    blocks: list[list[str]]


def parts(text: str, lang: str, document: Mandate | Mapping[str, Any]) -> list[Part]:
    """Return the text under headings; without any when the document does not give exactly this text."""
    mandate = document if isinstance(document, Mandate) else _read(document)
    language: Lang = "en" if lang == "en" else "nl"
    if mandate is None or mandate_text(mandate, language) != text:
        return [Part("", text_blocks(text))]
    sections = mandate_sections(mandate, language)
    return [Part(_title(one.name), text_blocks("\n".join(one.lines))) for one in sections]


def _read(document: Mapping[str, Any]) -> Mandate | None:
    try:
        return Mandate.model_validate_json(strict_json.dumps(dict(document)))
    except ValidationError:
        return None


def _title(name: str) -> str:
    return str(
        {
            "who": _("Who"),
            "what": _("What"),
            "not": _("What not"),
            "data": _("Which data"),
            "law": _("By which law"),
            "when": _("From when until when"),
            "decision": _("Who hears the decision"),
            "withdraw": _("How you withdraw it"),
            "reference": _("What is kept"),
        }[name]
    )
