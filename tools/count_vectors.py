"""Runs every published test vector beside this checkout and counts them by folder.

`python -m tools.count_vectors` runs tests/vectors and watches which files the tests open: a file that no test
opened and that is not named here as holding nothing to judge makes the command fail, as does a failing test.
A test that judges many cases says how many with `record_property("cases", n)`, and names what it refuses on
purpose although it is valid with `record_property("exception", "<how many> <what>: <why>")`.
"""

from __future__ import annotations

import contextlib
import fnmatch
import io
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
VECTORS = ROOT.parent / "shared" / "vectors"
TESTS = "tests/vectors"
# What holds nothing to judge, and why. A pattern is matched against the path below the folder of vectors.
NO_DATA: dict[str, str] = {
    "README.md": "says where the files come from",
    "LICENSES/*": "licence texts",
    "ts-eudi/api/ts1-*": "trust mark of a certified wallet, which ours is not",
    "ts-eudi/api/ts2-*": "how a Member State reports providers to the Commission",
    "ts-eudi/api/ts5-*": "the interface of a national register, which nobody here calls",
    "ts-eudi/api/ts11-*": "the interface of the catalogues of attestations, which nobody here calls",
}


@dataclass
class Count:
    """What happened in one folder."""

    files: int = 0
    unused: int = 0
    cases: int = 0
    passed: int = 0
    exceptions: list[str] = field(default_factory=list)


class Watch:
    """A pytest plugin that notes which files are opened by which test, and what each test says it judged."""

    def __init__(self, vectors: Path) -> None:
        self.vectors = vectors
        self.opened: set[str] = set()
        self.by_test: dict[str, set[str]] = defaultdict(set)
        self.counts: dict[str, Count] = defaultdict(Count)
        self.failed: list[str] = []
        self.skipped: list[str] = []
        self._test = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and "/vectors/" in arguments[0]:
            path = Path(arguments[0])
            if path.is_relative_to(self.vectors):
                self.opened.add(str(path.relative_to(self.vectors)))
                self.by_test[self._test].add(str(path.relative_to(self.vectors)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """From here on, what is opened is opened by this test."""
        self._test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the cases of a test for each folder that it read."""
        if report.skipped:
            self.skipped.append(report.nodeid)
        if report.failed:
            self.failed.append(report.nodeid)
        if report.when != "call" or report.skipped:
            return
        said = list(report.user_properties)
        cases = sum(int(str(value)) for name, value in said if name == "cases") or 1
        exceptions = [str(value) for name, value in said if name == "exception"]
        for name in self._folders(report.nodeid):
            count = self.counts[name]
            count.cases += cases
            count.passed += 0 if report.failed else cases - sum(map(number, exceptions))
            count.exceptions += exceptions

    def _folders(self, nodeid: str) -> set[str]:
        read = {folder(path) for path in self.by_test[nodeid]}
        module = Path(nodeid.partition("::")[0]).stem.removeprefix("test_").removesuffix("_vectors")
        return read or {module.replace("_", "-")}


def folder(path: str) -> str:
    """The first part of a path below the folder of vectors."""
    return path.partition("/")[0]


def number(exception: str) -> int:
    """How many cases an exception stands for: the number it begins with."""
    return int(exception.partition(" ")[0])


def reason(path: str) -> str | None:
    """Why a file holds nothing to judge, if it is named so."""
    return next((why for pattern, why in NO_DATA.items() if fnmatch.fnmatch(path, pattern)), None)


def run(vectors: Path = VECTORS) -> tuple[Watch, list[str]]:
    """Run the tests; what was seen, and the files that nobody accounted for."""
    watch = Watch(vectors)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        pytest.main([str(ROOT / TESTS), "-q", "-p", "no:cacheprovider", "--no-header"], plugins=[watch])
    if watch.failed:
        sys.stderr.write(said.getvalue())
    files = sorted(str(path.relative_to(vectors)) for path in vectors.rglob("*") if path.is_file())
    for path in files:
        count = watch.counts[folder(path)]
        count.files += 1
        count.unused += path not in watch.opened
    return watch, [path for path in files if path not in watch.opened and reason(path) is None]


def report(watch: Watch, forgotten: list[str]) -> str:
    """The table, the deliberate exceptions and what went wrong."""
    lines = [f"{'folder':<14}{'files':>7}{'no data':>9}{'cases':>8}{'passed':>8}{'exceptions':>12}"]
    for name, count in sorted(watch.counts.items()):
        if count.cases:
            excepted = sum(map(number, count.exceptions))
            lines.append(
                f"{name:<14}{count.files:>7}{count.unused:>9}{count.cases:>8}{count.passed:>8}{excepted:>12}"
            )
    for name, count in sorted(watch.counts.items()):
        lines += [f"exception in {name}: {one}" for one in count.exceptions]
    lines += [f"no data in {pattern}: {why}" for pattern, why in NO_DATA.items()]
    lines += [f"failed: {test}" for test in watch.failed]
    lines += [f"skipped: {test}" for test in watch.skipped]
    lines += [f"not judged by any test: {path}" for path in forgotten]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the counts; a failure, a skipped test or a forgotten file is an error."""
    if not VECTORS.is_dir():
        sys.stdout.write(f"no vectors: they are no part of this repository, and {VECTORS} does not exist\n")
        return 0
    watch, forgotten = run()
    sys.stdout.write(report(watch, forgotten))
    return 1 if watch.failed or watch.skipped or forgotten else 0


if __name__ == "__main__":
    sys.exit(main())
