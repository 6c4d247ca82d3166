"""What has grown beyond these sizes wants to be two things."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.source import ROOT, modules

MODULE_LINES, FUNCTION_LINES, ROUTE_LINES, TEMPLATE_LINES, ARGUMENTS = 300, 40, 15, 120, 6


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _length(function: ast.FunctionDef) -> int:
    """Lines of the body, the docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _is_route(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr in {"get", "post", "route"}
        for mark in function.decorator_list
    )


def test_no_module_is_longer_than_300_lines():
    long = {module.name: len(module.text.splitlines()) for module in modules()}

    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{module.name}.{function.name}": _length(function)
        for module in modules()
        for function in _functions(module.tree)
    }

    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_no_route_is_longer_than_15_lines():
    long = {
        f"{module.name}.{function.name}": _length(function)
        for module in modules()
        for function in _functions(module.tree)
        if _is_route(function)
    }

    assert {name: lines for name, lines in long.items() if lines > ROUTE_LINES} == {}


def test_no_function_takes_more_than_six_arguments():
    many = {
        f"{module.name}.{function.name}": len(
            function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        )
        for module in modules()
        for function in _functions(module.tree)
    }

    assert {name: count for name, count in many.items() if count > ARGUMENTS} == {}


def test_no_template_is_longer_than_120_lines():
    templates = [path for path in ROOT.glob("*/**/templates/**/*.html") if ".venv" not in path.parts]
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in templates
    }

    assert templates
    assert {name: lines for name, lines in long.items() if lines > TEMPLATE_LINES} == {}


def test_every_public_function_of_the_pure_packages_says_what_it_does():
    silent = [
        f"{module.name}.{node.name}"
        for module in modules("openid4vc", "consent", "schemes")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]

    assert silent == []


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for module in modules() if (path := module.path)}

    assert [
        str(folder.relative_to(ROOT)) for folder in folders if not (Path(folder) / "__init__.py").exists()
    ] == []
