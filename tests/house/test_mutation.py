"""The tool that drops checks finds them, and no exception outlives what it excuses."""

import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools.mutants import mutants

EXCEPTIONS = tomllib.loads((ROOT / "tools" / "mutation_exceptions.toml").read_text(encoding="utf-8"))[
    "exception"
]
SAMPLE = '''
def judge(claims, now):
    """A docstring is no check."""
    check(claims)
    if claims.get("exp") <= now or not claims:
        raise ValueError("too late")
    return [one for one in claims if one in now]


class Door:
    def open(self):
        return 1 if self.key is None else 2
'''
FOUND = {
    ("judge", "without `check(claims)`", True),
    ("judge", "never `claims.get('exp') <= now or not claims`", True),
    ("judge", "unless `claims.get('exp') <= now or not claims`", False),
    ("judge", "without `claims.get('exp') <= now` in `claims.get('exp') <= now or not claims`", True),
    ("judge", "without `not claims` in `claims.get('exp') <= now or not claims`", True),
    ("judge", "`claims.get('exp') < now` for `claims.get('exp') <= now`", False),
    ("judge", "without `raise ValueError('too late')`", True),
    ("judge", "without filter `one in now`", True),
    ("judge", "unless filter `one in now`", False),
    ("judge", "`one not in now` for `one in now`", False),
    ("Door.open", "never `self.key is None`", True),
    ("Door.open", "unless `self.key is None`", False),
    ("Door.open", "`self.key is not None` for `self.key is None`", False),
}


def test_each_check_is_dropped_and_turned_round_once(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(SAMPLE, encoding="utf-8")

    found = list(mutants(path, "sample.py"))

    assert {(one.function, one.what, one.drops) for one in found} == FOUND
    assert len({one.key for one in found}) == len(found) == len(FOUND)
    assert all(compile(one.tree, "sample.py", "exec") for one in found)


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda one: one["where"])
def test_an_exception_excuses_something_that_is_there_and_says_why(exception: dict[str, object]) -> None:
    module, _, function = str(exception["where"]).partition("::")

    known = {one.what for one in mutants(ROOT / module, module) if one.function == function}

    assert set(exception["what"]) <= known  # type: ignore[call-overload]
    assert len(str(exception["why"]).split()) >= 5
