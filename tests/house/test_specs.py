"""Every MUST of the standards that we profess is built somewhere and held by a test (docs/specs.md)."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache

import pytest

from tests.house.source import ROOT

CHECKLIST = ROOT.parent / "shared" / "PROTOCOL.md"
DOCUMENT = ROOT / "docs" / "specs.md"
ROW = re.compile(r"^\| ([A-Z]-\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+) \|$", re.M)
ITEM = re.compile(r"^- ([A-Z]-\d+)(?: \[([^]]*)\])?(.*)$", re.M)
NUMBERS = {
    "P": [*range(1, 13)],
    "X": [*range(1, 13)],
    "O": [1, 2, 4, *range(10, 15), *range(20, 24), *range(30, 36), *range(40, 49)],
    "I": [1, *range(3, 8), 10, *range(20, 27), *range(30, 37), 40, *range(50, 58), 59, *range(60, 64)],
    "I ": [65, 70, 71, 72, 81],
    "W": [1, 2, 3, 4, 6, 7, 9, 10, 12, 20, 30, 31, *range(33, 40), *range(50, 55), 56, 57, 58],
    "W ": [*range(60, 64), *range(70, 77)],
    "V": [*range(1, 10), 11, 20, 21, 22, *range(30, 34), 40, 41, 42, 50, 51],
    "C": [1, 2, 3, 5, 6, *range(20, 24), 26, 30, 35, 37, *range(43, 48)],
    "S": [1, 2, 3, *range(5, 11), 15],
    "T": [22, 23],
    "D": [2],
}
IDS = [f"{group.strip()}-{number:02}" for group, numbers in NUMBERS.items() for number in numbers]
ROWS = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))


def _is_ours(level: str, text: str) -> bool:
    """A MUST, a MUST of HAIP (also inside an item of another level), or a rule of the project."""
    if level == "PROJECT" or "[MUST]" in text:
        return True
    return ("MUST" in level and not level.startswith("EUDI")) or bool(re.search(r"(?<!EUDI-)HAIP-MUST", text))


@cache
def _tests(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


def _named(cell: str) -> list[tuple[str, str]]:
    return [tuple(node.split("::")) for node in re.findall(r"`([^`]+::test_\w+)`", cell)]


@pytest.mark.skipif(not CHECKLIST.is_file(), reason=f"NO CHECKLIST: {CHECKLIST} is not beside the checkout")
def test_the_ids_here_are_those_of_the_checklist():
    items = ITEM.findall(CHECKLIST.read_text(encoding="utf-8"))
    ours = {id: level for id, level, text in items if _is_ours(level, text)}

    assert sorted(ours) == sorted(IDS)
    assert {id: level for id, level, *_ in ROWS} == ours


def test_every_id_has_exactly_one_row(capsys):
    tested = [row for row in ROWS if _named(row[4])]
    reasoned = [row for row in ROWS if row[4].startswith("not applicable: ")]
    musts = [row for row in ROWS if row[1] != "PROJECT"]

    with capsys.disabled():
        sys.stdout.write(
            f"\nrules: {len(ROWS)} ({len(musts)} MUST, {len(ROWS) - len(musts)} of the project), "
            f"tested: {len(tested)}, not applicable: {len(reasoned)}\n"
        )

    assert sorted(row[0] for row in ROWS) == sorted(IDS)
    assert len(tested) + len(reasoned) == len(ROWS)


def test_a_row_without_a_test_says_why():
    silent = [row[0] for row in ROWS if not _named(row[4]) and len(row[4].split()) < 8]

    assert silent == []


def test_every_module_in_the_table_exists():
    lost = {row[0]: row[3] for row in ROWS if row[3] != "–" and not (ROOT / row[3].strip("`")).is_file()}

    assert lost == {}
    assert [row[0] for row in ROWS if row[3] == "–" and _named(row[4])] == []


def test_every_test_in_the_table_exists():
    lost = {row[0]: [name for path, name in _named(row[4]) if name not in _tests(path)] for row in ROWS}

    assert {id: names for id, names in lost.items() if names} == {}


def test_every_file_that_a_reason_names_exists():
    named = [path for row in ROWS for path in re.findall(r"`(tests/[\w/]+\.py)`", row[4])]

    assert [path for path in named if not (ROOT / path).is_file()] == []
