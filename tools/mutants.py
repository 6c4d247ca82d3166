"""Makes mutants of a module: one change each that drops a check or turns it round.

A mutant is a change inside one function, kept as the changed syntax tree of its module. `drops` tells whether
it takes a check away (a `raise`, a call whose result nobody uses, a condition, a part of a condition) or only
changes one (the opposite condition, another comparison).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

OTHER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """One change: where, what in words, and the module with it."""

    module: str
    function: str
    line: int
    what: str
    drops: bool
    digest: str
    tree: ast.Module

    @property
    def key(self) -> str:
        """The same as long as the function is the same."""
        return f"{self.module}::{self.function}::{self.digest}::{self.what}"


@dataclass(frozen=True)
class Change:
    """What happens to one node; `None` instead of a node takes it out of its list."""

    what: str
    drops: bool
    node: ast.AST | None


def mutants(path: Path, module: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    for name, function, place in _functions(tree, ()):
        digest = sha256((ast.get_source_segment(text, function) or "").encode()).hexdigest()[:12]
        seen: dict[str, int] = {}
        for inner, node in _nodes(function):
            for change in _changes(node):
                number = seen[change.what] = seen.get(change.what, 0) + 1
                what = change.what if number == 1 else f"{change.what} (no. {number})"
                line = getattr(node, "lineno", function.lineno)
                changed = _with(tree, (*place, *inner), change.node)
                yield Mutant(module, name, line, what, change.drops, digest, changed)


def _functions(node: ast.AST, place: Place, prefix: str = "") -> Iterator[tuple[str, Function, Place]]:
    """Functions of the module and methods of its classes; what is defined inside them belongs to them."""
    for index, child in enumerate(getattr(node, "body", [])):
        there = (*place, "body", index)
        if isinstance(child, Function):
            yield prefix + child.name, child, there
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, there, f"{prefix}{child.name}.")


def _nodes(node: ast.AST, place: Place = ()) -> Iterator[tuple[Place, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "returns", "annotation", "args"):
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                there = (*place, name, index) if isinstance(value, list) else (*place, name)
                yield there, child
                yield from _nodes(child, there)


def _with(tree: ast.Module, place: Place, node: ast.AST | None) -> ast.Module:
    changed = copy.deepcopy(tree)
    parent: ast.AST | list[ast.AST] = changed
    for step in place[:-1]:
        parent = parent[step] if isinstance(parent, list) and isinstance(step, int) else _get(parent, step)
    last = place[-1]
    if isinstance(parent, list) and isinstance(last, int):
        parent[last : last + 1] = [] if node is None else [node]
    else:
        setattr(parent, str(last), node)
    return ast.fix_missing_locations(changed)


def _get(parent: object, step: str | int) -> ast.AST | list[ast.AST]:
    found: ast.AST | list[ast.AST] = getattr(parent, str(step))
    return found


def _changes(node: ast.AST) -> Iterator[Change]:
    for kind, make in MAKERS.items():
        if isinstance(node, kind):
            yield from make(node)


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _pass(node: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Pass(), node)


def _raise(node: ast.Raise) -> Iterator[Change]:
    yield Change(f"without `{_text(node)}`", True, _pass(node))


def _statement(node: ast.Expr) -> Iterator[Change]:
    if isinstance(node.value, ast.Call):
        yield Change(f"without `{_text(node)}`", True, _pass(node))


def _never(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Constant(False), test)


def _not(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    for what, drops, test in (("never", True, _never(node.test)), ("unless", False, _not(node.test))):
        changed = copy.copy(node)
        changed.test = test
        yield Change(f"{what} `{_text(node.test)}`", drops, changed)


def _filter(node: ast.comprehension) -> Iterator[Change]:
    for index, test in enumerate(node.ifs):
        rest = [*node.ifs[:index], *node.ifs[index + 1 :]]
        without = ast.comprehension(node.target, node.iter, rest, node.is_async)
        yield Change(f"without filter `{_text(test)}`", True, without)
        turned = ast.comprehension(node.target, node.iter, [*rest, _not(test)], node.is_async)
        yield Change(f"unless filter `{_text(test)}`", False, turned)


def _operands(node: ast.BoolOp) -> Iterator[Change]:
    for index, operand in enumerate(node.values):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        kept = rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(node.op, rest), node)
        yield Change(f"without `{_text(operand)}` in `{_text(node)}`", True, kept)


def _comparison(node: ast.Compare) -> Iterator[Change]:
    for index, operator in enumerate(node.ops):
        other = OTHER.get(type(operator))
        if other is not None:
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            changed = ast.copy_location(ast.Compare(node.left, ops, node.comparators), node)
            yield Change(f"`{_text(changed)}` for `{_text(node)}`", False, changed)


MAKERS: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[Change]]] = {
    ast.Raise: _raise,
    ast.Expr: _statement,
    (ast.If, ast.IfExp, ast.While): _condition,
    ast.comprehension: _filter,
    ast.BoolOp: _operands,
    ast.Compare: _comparison,
}
