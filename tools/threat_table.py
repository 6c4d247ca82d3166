"""Fills the column of tests in docs/threats.md from the marks that tests carry.

`python -m tools.threat_table` writes the table anew; a test holds it against the tests. A row without a
marked test stays only if the table of exceptions in the same document gives a reason.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "threats.md"
ROW = re.compile(r"^\| (\d{3}) \| (.*?) \| (.*) \|$")
NUMBER = re.compile(r"^\d{3}$")


def marked_tests(root: Path = ROOT) -> dict[str, list[str]]:
    """For each row its tests, as `path::name`, found by reading the files and without running them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        if "node_modules" in path.parts:
            continue
        for name, rows in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            for row in sorted(rows):
                found[row].append(f"{path.relative_to(root)}::{name}")
    return dict(found)


def _marks(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    defined: dict[str, ast.AST] = {
        **named,
        **{node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)},
    }
    everywhere = _rows(named["pytestmark"], defined) if "pytestmark" in named else set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, everywhere.union(*(_rows(mark, defined) for mark in node.decorator_list))


def _rows(mark: ast.AST, defined: Mapping[str, ast.AST]) -> set[str]:
    """The rows that one decorator names, also by way of a list or a helper of the same module."""
    reached = list(_reach(mark, defined, set()))
    calls = [node for part in reached for node in ast.walk(part) if _is_threat(node)]
    given = [argument for call in calls for argument in call.args]
    values = [node.value for node in given if isinstance(node, ast.Constant)]
    if len(values) < len(given):
        # The number comes from a list or a table: every number written as text in reach is one.
        constants = (node for part in reached for node in ast.walk(part) if isinstance(node, ast.Constant))
        values += [node.value for node in constants if isinstance(node.value, str)]
    texts = {f"{value:03}" if isinstance(value, int) else str(value) for value in values}
    return {text for text in texts if NUMBER.match(text)}


def _is_threat(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.threat")


def _reach(node: ast.AST, defined: Mapping[str, ast.AST], seen: set[str]) -> Iterator[ast.AST]:
    yield node
    for name in [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]:
        if name in defined and name not in seen:
            seen.add(name)
            yield from _reach(defined[name], defined, seen)


def rows(document: str) -> dict[str, tuple[str, str]]:
    """Row → (what comes in, what stands under tests), of every table with a column of tests."""
    lines = document.partition("\n## Exceptions\n")[0].splitlines()
    return {found[1]: (found[2], found[3]) for line in lines if (found := ROW.match(line))}


def exceptions(document: str) -> dict[str, str]:
    """Row → reason why no test carries its mark."""
    lines = document.partition("\n## Exceptions\n")[2].splitlines()
    return {found[1]: found[3] for line in lines if (found := ROW.match(line))}


def with_tests(document: str, found: Mapping[str, list[str]]) -> str:
    """The document with every column of tests made anew; an exception that has a test now is dropped."""
    table, heading, reasons = document.partition("\n## Exceptions\n")
    lines = []
    for line in table.splitlines():
        row = ROW.match(line)
        lines.append(f"| {row[1]} | {row[2]} | {_cell(found.get(row[1], []))} |" if row else line)
    kept = [line for line in reasons.splitlines() if not ((row := ROW.match(line)) and row[1] in found)]
    return "\n".join(lines) + heading + "\n".join(kept) + "\n"


def _cell(tests: list[str]) -> str:
    if not tests:
        return "see exceptions"
    names: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        path, _, name = test.partition("::")
        names[path].append(name)
    return "<br>".join(f"`{path}` " + ", ".join(f"`{name}`" for name in each) for path, each in names.items())


def listed_tests(cell: str) -> list[str]:
    """The tests that a cell names, as `path::name`."""
    tests = []
    for part in cell.split("<br>"):
        path, *names = re.findall(r"`([^`]+)`", part) or [""]
        tests += [f"{path}::{name}" for name in names]
    return tests


def main() -> None:
    """Write the document anew."""
    argparse.ArgumentParser(prog="python -m tools.threat_table", description=__doc__).parse_args()
    found = marked_tests()
    document = with_tests(DOCUMENT.read_text(encoding="utf-8"), found)
    DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
