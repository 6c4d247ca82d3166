"""Each service is what its openapi.yaml says: every machine's endpoint is in it, and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from chassis.interface import METHODS
from tests.town import TestTown, build_town
from tools.openapi import ROOT, SERVICES, as_json, read_document

OF_EVERYBODY = "health"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TestTown:
    return build_town(tmp_path_factory.mktemp("town"))


def routes_of(app: Flask) -> Iterator[tuple[str, str]]:
    """Endpoints of programs: exempt from the tokens of forms, our own API, and health."""
    machines = app.extensions["csrf_exempt"] | {OF_EVERYBODY}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[0] in machines or rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            yield from ((method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"})


def operations_of(document: Any) -> Iterator[tuple[str, str]]:
    for path, item in document["paths"].items():
        yield from ((method.upper(), path) for method in METHODS if method in item)


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_openapi_3_1(service):
    document = read_document(service)

    validate(document)
    assert document["openapi"].startswith("3.1.")


def test_a_document_that_is_none_is_noticed():
    document = read_document("issuer")
    document["paths"]["/healthz"]["get"]["responses"] = {}

    with pytest.raises(OpenAPIValidationError):
        validate(document)


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_of_programs_is_in_the_document_and_nothing_else(town, service):
    assert set(operations_of(read_document(service))) == set(routes_of(town.apps[service]))


@pytest.mark.parametrize("service", SERVICES)
def test_every_part_of_a_path_is_described_and_every_name_used_once(service):
    document = read_document(service)
    names = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                names.append(item[method]["operationId"])
                said = [one["name"] for one in item[method].get("parameters", ()) if one["in"] == "path"]
                assert sorted(said) == sorted(re.findall(r"{(\w+)}", path)), path

    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_stands_under_a_tag_that_is_described(service):
    document = read_document(service)
    tags = {tag["name"] for tag in document["tags"]}

    used = {
        item[method]["tags"][0] for item in document["paths"].values() for method in METHODS if method in item
    }

    assert used == tags


@pytest.mark.parametrize("service", SERVICES)
def test_the_json_is_made_from_the_yaml(service):
    written = (ROOT / service / "openapi.json").read_text(encoding="utf-8")

    assert written == as_json(read_document(service)), "run python -m tools.openapi"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_served_as_it_is(town, service):
    said = town.call(service, "GET", "/openapi.yaml")
    as_json_said = town.call(service, "GET", "/openapi.json")

    assert (said.status_code, said.mimetype) == (200, "application/yaml")
    assert said.data == (ROOT / service / "openapi.yaml").read_bytes()
    assert as_json_said.json == read_document(service)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("service", SERVICES)
def test_the_page_shows_every_operation_without_a_script_of_its_own(town, service, lang):
    said = town.call(service, "GET", f"/docs?lang={lang}")

    assert said.status_code == 200
    for method, path in operations_of(read_document(service)):
        assert f'>{method}</code> <code class="operation__path">{path}</code>' in said.text
    assert said.text.count("<script") == 1, "only the one that every page has"
    assert ("Voor ontwikkelaars" if lang == "nl" else "For developers") in said.text


def test_a_service_without_a_document_has_no_such_page(town):
    assert town.call("hub", "GET", "/openapi.yaml").status_code == 404
