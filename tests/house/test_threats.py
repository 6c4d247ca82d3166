"""Every row of the threat catalogue for issuer, wallet and verifier has a test, or a reason why not."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools.threat_table import exceptions, listed_tests, marked_tests, rows, with_tests

CATALOGUE = ROOT.parent / "shared" / "THREATS.md"
GROUPS = ("A1", "A2", "A3", "A4", "B1", "B2", "B3", *(f"C{number}" for number in range(1, 11)))
# Numbers that the catalogue left out within these groups: ids are stable and not contiguous.
LEFT_OUT = (20, 21, 30, 47, 56, 57, 63, 72, 92, 108, 111, 129, 135, 136, 141, 151)
LEFT_OUT_TOO = (197, 201, 219, 220, 227, 233, 236, 241, 249, 266, 277, 280, 285, 292, 309, 313)
OURS = frozenset(f"{number:03}" for number in range(901, 926))
IDS = frozenset(
    f"{number:03}"
    for number in (*range(1, 160), *range(190, 320))
    if number not in LEFT_OUT and number not in LEFT_OUT_TOO
)

DOCUMENT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
MARKED = marked_tests()


def _catalogued() -> set[str]:
    text = CATALOGUE.read_text(encoding="utf-8")
    parts = re.split(r"^#{2,3} (.*)$", text, flags=re.M)
    return {
        row
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
        if heading.partition(".")[0] in GROUPS
        for row in re.findall(r"^\| (\d{3}) \|", body, re.M)
    }


@pytest.mark.skipif(not CATALOGUE.is_file(), reason=f"NO CATALOGUE: {CATALOGUE} is not beside the checkout")
def test_the_rows_here_are_those_of_the_catalogue():
    assert _catalogued() == IDS


def test_the_table_has_every_row():
    assert rows(DOCUMENT).keys() == IDS | OURS


def test_every_row_has_a_test_or_a_reason(capsys):
    listed = {row: listed_tests(cell) for row, (_, cell) in rows(DOCUMENT).items()}
    without = {row for row, tests in listed.items() if not tests}
    reasons = exceptions(DOCUMENT)

    with capsys.disabled():
        sys.stdout.write(
            f"\nthreat rows: {len(listed)}, tested: {len(listed.keys() - without)}, not: {len(reasons)}\n"
        )

    assert without == reasons.keys()
    assert [row for row, reason in reasons.items() if len(reason.split()) < 4] == []


def test_every_test_in_the_table_exists_and_carries_the_mark():
    lost = {
        row: sorted(set(listed_tests(cell)) - set(MARKED.get(row, ())))
        for row, (_, cell) in rows(DOCUMENT).items()
    }

    assert {row: tests for row, tests in lost.items() if tests} == {}


def test_an_exception_has_no_test_yet():
    assert [row for row in exceptions(DOCUMENT) if row in MARKED] == []


def test_writing_the_table_changes_nothing_but_tests():
    written = with_tests(DOCUMENT, MARKED)

    assert {row: what for row, (what, _) in rows(written).items()} == {
        row: what for row, (what, _) in rows(DOCUMENT).items()
    }


def test_marks_are_found_in_every_form(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_forms.py").write_text(
        """
import pytest
pytestmark = [pytest.mark.threat(7)]
CASES = [pytest.param(1, marks=pytest.mark.threat("101"))]
ROWS = {"102": (1,)}
def case(fault):
    return pytest.param(fault, marks=[pytest.mark.threat(row) for row in ROWS])
@pytest.mark.threat("100")
def test_a(): ...
@pytest.mark.parametrize("case", CASES)
def test_b(case): ...
@pytest.mark.parametrize("case", [case(one) for one in (1, 2)])
def test_c(case): ...
def test_d(): ...
""",
        encoding="utf-8",
    )

    found = marked_tests(tmp_path)

    assert {row: [test[-1] for test in tests] for row, tests in found.items()} == {
        "007": ["a", "b", "c", "d"],
        "100": ["a"],
        "101": ["b"],
        "102": ["c"],
    }
