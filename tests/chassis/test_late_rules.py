"""Routes that make the code for their addresses late make the same addresses."""

from typing import Any

import pytest
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import BuildError

from chassis.late_rules import LateRule

RULES: dict[str, dict[str, Any]] = {
    "plain": {"string": "/a/b"},
    "named": {"string": "/a/<one>/<int:two>"},
    "path": {"string": "/p/<path:rest>"},
    "with_default": {"string": "/d/<int:page>", "defaults": {"page": 1}},
}
ASKED = [
    ("plain", {}),
    ("plain", {"q": "x y", "r": ["1", "2"]}),
    ("named", {"one": "é/?", "two": 7}),
    ("named", {"one": "x", "two": 7, "q": "1"}),
    ("path", {"rest": "a/b c"}),
    ("with_default", {"page": 1}),
]


def _bound(kind: type[Rule]) -> Map:
    return Map([kind(**said, endpoint=name) for name, said in RULES.items()])


@pytest.mark.parametrize(("endpoint", "values"), ASKED)
@pytest.mark.parametrize("again", [False, True])
def test_a_late_address_is_the_address(endpoint: str, values: dict[str, object], again: bool) -> None:
    late, early = (_bound(kind).bind("host.example") for kind in (LateRule, Rule))
    if again:
        late.build(endpoint, values)

    assert late.build(endpoint, values) == early.build(endpoint, values)


def test_an_address_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(BuildError):
        _bound(LateRule).bind("host.example").build("named", {"one": "x"})


def test_nothing_is_made_before_an_address_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    original = Rule._compile_builder

    def make(rule: Rule, unknown: bool) -> Any:
        made.append(unknown)
        return original(rule, unknown)

    monkeypatch.setattr(Rule, "_compile_builder", make)
    routes = _bound(LateRule).bind("host.example")
    assert routes.match("/a/x/7") == ("named", {"one": "x", "two": 7}) and made == []

    routes.build("plain", {})
    routes.build("plain", {})
    assert made == [True]
