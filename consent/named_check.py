"""One check of a document that somebody brings, by name, so that a person can read what was looked at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """What was looked at, whether it held, and what there is to say about it without personal data."""

    name: str
    passed: bool
    detail: str = ""


Passed: TypeAlias = Callable[[str, str], None]
"""Called with the name and a detail of each step that held."""


def nobody_listens(name: str, detail: str) -> None:
    """For who only wants the outcome."""


def all_passed(checks: Iterable[NamedCheck]) -> bool:
    """Whether every check held; no checks is no."""
    judged = [check.passed for check in checks]
    return bool(judged) and all(judged)


def refusal_detail(refusal: Exception) -> str:
    """The reason for logs of a refusal of ours, which never repeats what was refused."""
    return str(refusal) or type(refusal).__name__
