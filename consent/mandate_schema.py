"""The mandate as JSON Schema, made from the model, for software that is not ours."""

from collections.abc import Mapping
from typing import Any, Final

from consent.mandate_document import MANDATE_TYPE, Mandate

SCHEMA_MEDIA_TYPE: Final = "application/schema+json"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DISTINCT: Final = frozenset({"actions", "excludes", "tax_years", "paths"})
_BEYOND: Final = (
    "A schema cannot say everything: sentences have at most 15 words and no hidden characters, years ascend, "
    "a mandate lasts at most 30 days, mandatary and addressee differ, no query occurs twice, "
    "receives_decision agrees with actions, and text_sha256 is the hash of the text made from this document."
)


def mandate_schema(schema_id: str) -> dict[str, Any]:
    """JSON Schema (2020-12) under this address; an unknown member of the mandate does not fit it."""
    made = _portable(Mandate.model_json_schema(mode="serialization"))
    return {
        "$schema": _DIALECT,
        "$id": schema_id,
        "title": MANDATE_TYPE,
        "$comment": _BEYOND,
        **{name: value for name, value in made.items() if name != "title"},
    }


def _portable(value: Any, name: str = "") -> Any:
    """Without the model's own titles, with patterns as other languages write them."""
    if isinstance(value, list):
        return [_portable(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    members = {key: _portable(one, key) for key, one in value.items() if not _is_title(key, one)}
    if isinstance(members.get("pattern"), str):
        members["pattern"] = members["pattern"].replace(r"\z", "$")
    if members.get("type") == "array" and name in _DISTINCT:
        members["uniqueItems"] = True
    return members


def _is_title(key: str, value: Any) -> bool:
    """A title that pydantic made is text; a member that is called title would be a schema."""
    return key == "title" and isinstance(value, str)
