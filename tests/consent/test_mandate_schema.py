import json
import re

import pytest

from consent.mandate_document import MANDATE_TYPE, Mandate
from consent.mandate_schema import mandate_schema
from tests.consent.parts import mandate

ID = "http://localhost:8003/schemas/mandate/1"
SCHEMA = mandate_schema(ID)
DOCUMENT = json.loads(mandate().model_dump_json())
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def of_type(value, name):
    if name == "integer":
        return type(value) is int
    return isinstance(value, TYPES[name])


def problems(value, schema, place="$"):
    """As much of JSON Schema as this schema uses; an unknown keyword is an error of the test."""
    for keyword, rule in schema.items():
        if keyword in {"$schema", "$id", "$defs", "$comment", "title", "description"}:
            continue
        yield from (f"{place} {found}" for found in KEYWORDS[keyword](value, rule, schema))


def each(pairs):
    return (found for value, schema, place in pairs for found in problems(value, schema, place))


def referred(rule):
    return SCHEMA["$defs"][rule.removeprefix("#/$defs/")]


def extra(value, schema):
    return [name for name in value if name not in schema["properties"]] if isinstance(value, dict) else []


def items(value, rule, schema):
    from_index = len(schema.get("prefixItems", ()))
    return each((one, rule, "item") for one in value[from_index:]) if isinstance(value, list) else []


KEYWORDS = {
    "type": lambda value, rule, _: [] if of_type(value, rule) else ["type"],
    "const": lambda value, rule, _: [] if value == rule else ["const"],
    "enum": lambda value, rule, _: [] if value in rule else ["enum"],
    "pattern": lambda value, rule, _: (
        [] if isinstance(value, str) and re.search(rule, value) else ["pattern"]
    ),
    "minLength": lambda value, rule, _: [] if len(value) >= rule else ["minLength"],
    "maxLength": lambda value, rule, _: [] if len(value) <= rule else ["maxLength"],
    "minimum": lambda value, rule, _: [] if value >= rule else ["minimum"],
    "maximum": lambda value, rule, _: [] if value <= rule else ["maximum"],
    "minItems": lambda value, rule, _: [] if len(value) >= rule else ["minItems"],
    "maxItems": lambda value, rule, _: [] if len(value) <= rule else ["maxItems"],
    "uniqueItems": lambda value, rule, _: (
        [] if len({json.dumps(one) for one in value}) == len(value) else ["uniqueItems"]
    ),
    "required": lambda value, rule, _: [name for name in rule if name not in value],
    "additionalProperties": lambda value, rule, schema: [] if rule else extra(value, schema),
    "properties": lambda value, rule, _: each(
        (value[name], schema, name) for name, schema in rule.items() if name in value
    ),
    "items": items,
    "prefixItems": lambda value, rule, _: each(
        (one, schema, "item") for one, schema in zip(value, rule, strict=False)
    ),
    "anyOf": lambda value, rule, _: (
        []
        if any(of_type(value, one["type"]) and not list(problems(value, one)) for one in rule)
        else ["anyOf"]
    ),
    "$ref": lambda value, rule, _: problems(value, referred(rule)),
}


def fits(document):
    return not list(problems(document, SCHEMA))


def test_it_says_what_it_is():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (SCHEMA["$id"], SCHEMA["title"]) == (ID, MANDATE_TYPE)
    assert "text_sha256" in SCHEMA["$comment"]


def test_a_mandate_fits_it():
    assert list(problems(DOCUMENT, SCHEMA)) == []


def test_it_has_exactly_the_members_of_a_mandate_and_needs_them_all():
    assert set(SCHEMA["properties"]) == set(SCHEMA["required"]) == set(Mandate.model_fields)


def test_no_object_takes_a_member_that_is_not_listed():
    objects = [SCHEMA, *SCHEMA["$defs"].values()]

    assert all(one["additionalProperties"] is False for one in objects)
    assert all(set(one["required"]) == set(one["properties"]) for one in objects)


@pytest.mark.parametrize("name", [*Mandate.model_fields])
def test_a_document_without_a_member_does_not_fit(name):
    assert not fits({key: value for key, value in DOCUMENT.items() if key != name})


@pytest.mark.parametrize(
    "change",
    [
        {"price": 1},
        {"type": "urn:eenmalig:mandate:2"},
        {"credential_ids": ["identity", "account"]},
        {"credential_ids": []},
        {"max_uses": 2},
        {"max_uses": 0},
        {"actions": []},
        {"actions": ["request", "request"]},
        {"tax_years": [1800]},
        {"mandate_id": "short"},
        {"mandate_id": f"{DOCUMENT['mandate_id']} "},
        {"revocation_uri": "javascript:alert(1)"},
        {"text_sha256": "x"},
        {"text_lang": "fr"},
        {"receives_decision": "yes"},
        {"not_before": -1},
        {"mandatary": {"id": "NTRNL-00000001"}},
        {"mandatary": {"id": "NTRNL-00000001", "name": "x", "phone": "1"}},
        {"data": []},
        {"data": [DOCUMENT["data"][0] | {"retention": "for ever"}]},
        {"data": [DOCUMENT["data"][0] | {"paths": [[1.5]]}]},
    ],
)
def test_a_document_that_the_model_refuses_does_not_fit(change):
    changed = DOCUMENT | change

    with pytest.raises(ValueError, match="validation error"):
        Mandate.model_validate_json(json.dumps(changed))
    assert not fits(changed)


def test_its_patterns_are_not_of_one_language_only():
    assert r"\z" not in json.dumps(SCHEMA)
