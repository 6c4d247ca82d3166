"""What the documents say is what the code does."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys

import pytest
import yaml

from demo.seed import DESK, ISSUERS, PROVIDER, REGISTER, TRUST_AUTHORITY
from demo.town import SERVICES, Town
from tests.house.source import ROOT
from tools.settings_tables import CONFIGS, env_example, table

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _command(service: str) -> str:
    return " ".join(COMPOSE["services"][service]["command"])


def test_the_settings_table_is_made_from_the_dataclasses():
    assert table() in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_example_environment_is_made_from_the_dataclasses():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()


def test_every_target_named_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"are"}

    assert {"demo", "test"} <= named
    assert [target for target in named if f"\n{target}:" not in makefile] == []


DOCUMENTS = [
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*/*.md"))
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(document):
    source = ROOT / document
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", source.read_text(encoding="utf-8"))

    assert [link for link in links if not (source.parent / link).exists()] == []


def _commands() -> list[tuple[str, ...]]:
    """Every `python -m module command` that a document names, once."""
    named = set()
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for module, words in re.findall(r"python -m ([a-z_.]+)((?: [a-z]+)*)", text):
            depth = 2 if words.split()[:1] in (["ledger"], ["evidence"], ["wallet"]) else 1
            named.add((module, *words.split()[:depth]))
    return sorted(named - {("chassis.catalogues",), ("chassis.catalogues", "update")})


@pytest.mark.parametrize("named", _commands(), ids=" ".join)
def test_every_command_of_the_documents_explains_itself(named):
    told = subprocess.run(
        [sys.executable, "-m", *named, "--help"], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("usage: ")


def test_compose_names_no_key_twice():
    """PyYAML takes the last of two; Docker refuses the file."""
    doubled = []

    def walk(node):
        if isinstance(node, yaml.MappingNode):
            names = [key.value for key, _ in node.value]
            doubled.extend(name for name in set(names) if names.count(name) > 1)
        for child in node.value if isinstance(node.value, list) else []:
            for part in child if isinstance(child, tuple) else (child,):
                walk(part)

    walk(yaml.compose((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))

    assert doubled == []


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_compose_tells_a_service_only_what_its_settings_know(service):
    told = set(COMPOSE["services"][service]["environment"])
    prefix = f"{service.upper()}_"
    known = {prefix + field.name.upper() for field in dataclasses.fields(CONFIGS[prefix.rstrip("_")])}
    required = {
        prefix + field.name.upper()
        for field in dataclasses.fields(CONFIGS[prefix.rstrip("_")])
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    assert told <= known
    assert required <= told


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_compose_has_the_same_public_addresses_as_make_demo(service):
    town, prefix = Town(var=ROOT / "var"), f"{service.upper()}_"
    ours, theirs = town.environment(service), COMPOSE["services"][service]["environment"]
    addresses = [name for name in ours if name.endswith("_URL") and not name.endswith("DATABASE_URL")]

    assert {name: theirs.get(name) for name in addresses} == {name: ours[name] for name in addresses}
    assert theirs[prefix + "HTTP_ORIGINS"] == ours[prefix + "HTTP_ORIGINS"]
    assert COMPOSE["services"][service]["ports"] == [f"127.0.0.1:{town.port(service)}:{town.port(service)}"]


@pytest.mark.parametrize("service", [*(service.name for service in SERVICES), "prepare"])
def test_a_container_may_do_nothing_but_its_work(service):
    container = COMPOSE["services"][service]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["image"] == "eenmalig"
    assert "healthcheck" in container or service == "prepare"


@pytest.mark.parametrize("service", [*(service.name for service in SERVICES), "prepare"])
def test_every_command_of_compose_exists(service):
    for module, words in re.findall(r"python -m (\w+)((?: [\w/.-]+)*)", _command(service)):
        told = subprocess.run(
            [sys.executable, "-m", module, *words.split()[:-1], words.split()[-1], "--help"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

        assert told.returncode == 0, told.stderr
        assert "usage" in told.stdout


def test_the_image_runs_as_nobody_in_particular():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "\nUSER 10001\n" in dockerfile
    assert [
        line for line in re.findall(r"^COPY (\w+) ", dockerfile, re.M) if not (ROOT / line).is_dir()
    ] == []


def test_the_database_of_each_service_is_made_at_postgres_start():
    script = (ROOT / "tools" / "postgres-init.sql").read_text(encoding="utf-8")

    assert [service.name for service in SERVICES if f"CREATE DATABASE {service.name};" not in script] == []


def test_organisations_have_one_identifier_each():
    identifiers = [one.identifier for one in (DESK, REGISTER, PROVIDER, TRUST_AUTHORITY)] + [
        *(organisation.identifier for organisation in ISSUERS.values())
    ]

    assert len(set(identifiers)) == len(identifiers)
