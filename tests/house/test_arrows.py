"""The arrows that must never be (docs/map.md): folders do not enforce them, these tests do."""

from __future__ import annotations

import pytest

from tests.house.source import PACKAGES, SERVICES, Module, modules

PURE = ("openid4vc", "consent", "schemes")
IMPURE = (
    "flask",
    "sqlalchemy",
    "alembic",
    "urllib3",
    "os",
    "socket",
    "logging",
    "structlog",
    "time",
    "random",
    "secrets",
)


def _broken(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{name} imports {', '.join(what)}" for name, what in found.items() if what)


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_know_no_outside_world(package):
    found = {module.name: module.imports_from(*IMPURE) for module in modules(package)}

    assert not _broken(found)


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_know_only_the_standards(package):
    allowed = {package} | ({"openid4vc"} if package == "consent" else set())
    others = [other for other in PACKAGES if other not in allowed]

    found = {module.name: module.imports_from(*others) for module in modules(package)}

    assert not _broken(found)


def test_the_chassis_knows_no_product_and_no_service():
    found = {
        module.name: module.imports_from("consent", "schemes", "demo", *SERVICES)
        for module in modules("chassis")
    }

    assert not _broken(found)


def test_of_the_standards_the_chassis_knows_only_the_refusals():
    found = {
        module.name: [
            name for name in module.imports_from("openid4vc") if not name.startswith("openid4vc.errors")
        ]
        for module in modules("chassis")
    }
    found = {name: [what for what in names if what != "openid4vc"] for name, names in found.items()}

    assert not _broken(found)


@pytest.mark.parametrize("service", SERVICES)
def test_services_are_strangers(service):
    others = [other for other in SERVICES if other != service]

    found = {module.name: module.imports_from("demo", *others) for module in modules(service)}

    assert not _broken(found)


def test_the_demo_knows_the_services_only_by_http():
    found = {module.name: module.imports_from(*SERVICES) for module in modules("demo")}

    assert not _broken(found)


def _in_room(room: str) -> list[Module]:
    return [module for module in modules(*SERVICES) if module.room == room]


ROOMS = ("domain", "usecases", "store", "peers", "web", "app", "config")
FORBIDDEN = {
    "domain": ("usecases", "store", "peers", "web", "app", "config", "ports"),
    "usecases": ("store", "peers", "web", "app"),
    "store": ("usecases", "peers", "web", "app"),
    "peers": ("usecases", "store", "web", "app"),
    "web": ("store", "peers", "app"),
    "ports": ("usecases", "web", "app"),
}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_look_only_where_they_may(room):
    found = {
        module.name: module.imports_from(*(f"{module.package}.{other}" for other in FORBIDDEN[room]))
        for module in _in_room(room)
    }

    assert _in_room(room)
    assert not _broken(found)


@pytest.mark.parametrize("room", ["domain", "usecases"])
def test_the_inner_rooms_know_no_framework(room):
    found = {module.name: module.imports_from("flask", "sqlalchemy", "urllib3") for module in _in_room(room)}

    assert not _broken(found)


def test_pages_and_protocol_know_no_database():
    found = {module.name: module.imports_from("sqlalchemy") for module in _in_room("web")}

    assert not _broken(found)


def test_only_the_entry_points_read_the_environment():
    entry = ("__main__", "wsgi")
    readers = [
        module.name
        for module in modules()
        if module.path.stem not in entry
        and any(call in {"os.environ", "os.getenv", "environ"} for call in module.calls())
    ]

    assert readers == []


def test_only_the_outbound_door_opens_connections():
    users = [module.name for module in modules() if module.imports_from("urllib3", "requests", "httpx")]

    assert users == ["chassis.outbound"] or all(name.startswith("chassis.outbound") for name in users)


def test_only_the_clock_reads_the_time():
    now = {"datetime.now", "datetime.utcnow", "time.time", "datetime.datetime.now", "date.today"}

    readers = [module.name for module in modules() if now & set(module.calls())]

    assert readers == ["chassis.clock"]


def test_nobody_prints_or_draws_unsafe_chance():
    printers = [module.name for module in modules() if "print" in set(module.calls())]
    gamblers = [module.name for module in modules() if module.imports_from("random")]

    assert printers == []
    assert gamblers == []


def test_there_are_no_relative_imports():
    assert [module.name for module in modules() if module.has_relative_import] == []


def test_a_verified_value_is_made_only_by_its_own_module():
    makers = {}
    for module in modules():
        defined = {
            node.name
            for node in module.tree.body
            if type(node).__name__ == "ClassDef" and node.name.startswith("Verified")
        }
        called = {
            call.rsplit(".", 1)[-1]
            for call in module.calls()
            if call.rsplit(".", 1)[-1].startswith("Verified")
        }
        constructed = {name for name in called if f"{name}(" in module.text}
        makers[module.name] = sorted(constructed - defined)

    assert {name: foreign for name, foreign in makers.items() if foreign} == {}
