"""The project's own Python files, as text and as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("issuer", "wallet", "verifier")
PACKAGES = ("openid4vc", "consent", "schemes", "chassis", *SERVICES, "demo")


@dataclass(frozen=True)
class Module:
    """One file of ours."""

    path: Path

    @cached_property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def package(self) -> str:
        return self.name.split(".")[0]

    @cached_property
    def room(self) -> str:
        """The second part of the name: the room inside a service."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    @cached_property
    def imports(self) -> frozenset[str]:
        """Everything imported, as dotted names; `from a import b` counts as `a` and `a.b`."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        return frozenset(found)

    @cached_property
    def has_relative_import(self) -> bool:
        return any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(self.tree))

    def imports_from(self, *prefixes: str) -> list[str]:
        """The imports that are one of these names or lie below one."""
        return sorted(
            name
            for name in self.imports
            if any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)
        )

    def calls(self) -> Iterator[str]:
        """Dotted names of what is called or read as an attribute, as written."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield ast.unparse(node)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id


def modules(*packages: str) -> list[Module]:
    """Every module of the given packages (of all, when none is given), migrations left out."""
    return [
        Module(path)
        for package in packages or PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]
