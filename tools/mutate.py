"""Takes each check out of the verifying code in turn and looks whether a test turns red.

`python -m tools.mutate [PATH…] [--minutes N] [--jobs N] [--fresh]` copies the packages and their tests to a
new temporary folder, loads the tests there once, and then forks one process per mutant, in which the changed
function takes the place of the original and the tests that call it run until one fails. Nothing is changed
on disk. What was found is kept in var/mutation.json, so that an interrupted run goes on where it stopped; a
mutant counts as seen as long as its function is the same. A survivor that drops a check makes the command
fail, unless tools/mutation_exceptions.toml says why it changes nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.mutants import Mutant, mutants
from tools.mutation_runs import Runs

ROOT = Path(__file__).resolve().parents[1]
SCOPE = (
    "openid4vc/sdjwt/verify.py",
    "openid4vc/sdjwt/vc.py",
    "openid4vc/sdjwt/disclosure.py",
    "openid4vc/sdjwt/unfold.py",
    "openid4vc/sdjwt/conceal.py",
    "openid4vc/sdjwt/present.py",
    "openid4vc/vp",
    "openid4vc/jose",
    "openid4vc/trust",
)
TESTS = "tests/openid4vc"
COPIED = ("openid4vc", "consent", "chassis", "tests", "pyproject.toml")
LEFT = shutil.ignore_patterns("node_modules", "__pycache__", ".hypothesis", "var")
STATE = ROOT / "var" / "mutation.json"
EXCEPTIONS = ROOT / "tools" / "mutation_exceptions.toml"


@dataclass
class Findings:
    """What became of each mutant, kept on disk."""

    path: Path
    killed: dict[str, str] = field(default_factory=dict)
    survived: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, *, fresh: bool) -> Findings:
        """What an earlier run found; survivors are tried again."""
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() and not fresh else {}
        return cls(path, killed=kept.get("killed", {}))

    def add(self, mutant: Mutant, killer: str | None) -> None:
        """Note one, and keep all."""
        if killer is None:
            self.survived[mutant.key] = mutant.what
        else:
            self.killed[mutant.key] = killer

    def keep(self) -> None:
        """Write what is known so far."""
        self.path.parent.mkdir(exist_ok=True)
        text = json.dumps({"killed": self.killed, "survived": self.survived}, indent=1)
        self.path.write_text(text, encoding="utf-8")


def modules(scope: list[str], root: Path) -> list[str]:
    """The Python files of the scope, as paths below the root."""
    found: list[Path] = []
    for one in scope:
        path = root / one
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [str(path.relative_to(root)) for path in found]


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """The packages and their tests in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        for one in COPIED:
            source = ROOT / one
            if source.is_dir():
                shutil.copytree(source, Path(name) / one, ignore=LEFT)
            else:
                shutil.copy(source, Path(name) / one)
        yield Path(name)


def excepted(mutant: Mutant) -> str | None:
    """Why this mutant changes nothing that anybody could see, if somebody said so."""
    if not EXCEPTIONS.is_file():
        return None
    listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", [])
    where = f"{mutant.module}::{mutant.function}"
    return next((one["why"] for one in listed if one["where"] == where and mutant.what in one["what"]), None)


def report(all_mutants: list[Mutant], findings: Findings) -> tuple[str, int]:
    """The table and the survivors; how many of them drop a check and are not excepted."""
    total: Counter[str] = Counter()
    lines, dropped = [], 0
    for mutant in all_mutants:
        total[f"{mutant.module} all"] += 1
        if mutant.key in findings.killed:
            total[f"{mutant.module} killed"] += 1
        elif mutant.key in findings.survived:
            why = excepted(mutant)
            total[f"{mutant.module} {'excepted' if why else 'survived'}"] += 1
            dropped += mutant.drops and why is None
            kind = f"equivalent ({why})" if why else "DROPS A CHECK" if mutant.drops else "changes a check"
            lines.append(f"{mutant.module}:{mutant.line} {mutant.function}: {mutant.what}: {kind}")
    names = ("all", "killed", "excepted", "survived")
    head = [f"{'module':<42}{'mutants':>9}{'killed':>8}{'excepted':>10}{'survived':>10}{'not run':>9}"]
    for module in [*dict.fromkeys(mutant.module for mutant in all_mutants), "total"]:
        of = [module] if module != "total" else sorted({mutant.module for mutant in all_mutants})
        numbers = [sum(total[f"{one} {name}"] for one in of) for name in names]
        left = numbers[0] - sum(numbers[1:])
        head.append(f"{module:<42}{numbers[0]:>9}{numbers[1]:>8}{numbers[2]:>10}{numbers[3]:>10}{left:>9}")
    return "\n".join([*head, "", *lines, ""]), dropped


def arguments() -> argparse.Namespace:
    """What the command line says."""
    reader = argparse.ArgumentParser(prog="python -m tools.mutate", description="drop each check in turn")
    reader.add_argument("scope", nargs="*", default=list(SCOPE), help="files or folders to change")
    reader.add_argument("--minutes", type=float, default=60, help="stop after this time and go on next time")
    reader.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    reader.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    return reader.parse_args()


def main() -> int:
    """Run what is not known yet, keep it, and tell."""
    said = arguments()
    findings = Findings.read(STATE, fresh=said.fresh)
    with copied() as folder:
        found = [one for path in modules(said.scope, folder) for one in mutants(folder / path, path)]
        todo = [one for one in found if one.key not in findings.killed]
        until = time.monotonic() + said.minutes * 60
        runs = Runs(folder, todo, findings.add, findings.keep, jobs=said.jobs, until=until)
        os.chdir(folder)
        sys.path[:] = [str(folder), *[path for path in sys.path if path not in ("", str(ROOT))]]
        said_by_pytest = io.StringIO()
        with contextlib.redirect_stdout(said_by_pytest):
            code = pytest.main(["-p", "no:cacheprovider", "--rootdir", str(folder), TESTS], plugins=[runs])
    if code:
        sys.stderr.write(said_by_pytest.getvalue())
    text, dropped = report(found, findings)
    sys.stdout.write(text)
    left = sum(one.key not in findings.killed and one.key not in findings.survived for one in found)
    return 1 if dropped or left or code else 0


if __name__ == "__main__":
    sys.exit(main())
