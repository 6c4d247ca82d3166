"""Put headings beside the text of a mandate; the text itself stays letter for letter what is signed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from consent.mandate import Mandate, mandate_text
from consent.mandate_text import Section, mandate_sections
from consent.plain_text import Lang
from openid4vc.jose import strict_json


def parts(text: str, lang: str, document: Mandate | Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the text by what it is about; whole when the document does not give exactly this text."""
    mandate = document if isinstance(document, Mandate) else _read(document)
    language: Lang = "en" if lang == "en" else "nl"
    if mandate is None or mandate_text(mandate, language) != text:
        return (Section("", tuple(text.split("\n"))),)
    return mandate_sections(mandate, language)


def _read(document: Mapping[str, Any]) -> Mandate | None:
    try:
        return Mandate.model_validate_json(strict_json.dumps(dict(document)))
    except ValidationError:
        return None
