"""Runs mutants inside one pytest session: collected once, forked for each mutant."""

from __future__ import annotations

import gc
import inspect
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import hypothesis
import pytest

from tools.mutants import Mutant

CPU_SECONDS = 120
CLOCKS = ("perf_counter", "process_time", "monotonic", "time.time")
"""A test that measures time says nothing under load."""
Called = dict[tuple[str, str], list[int]]


class Runs:
    """A pytest plugin that runs the tests of each mutant instead of the session's own tests."""

    def __init__(
        self,
        folder: Path,
        todo: list[Mutant],
        add: Callable[[Mutant, str | None], None],
        keep: Callable[[], None],
        *,
        jobs: int,
        until: float,
    ) -> None:
        self.folder = folder
        self.todo = todo
        self.add = add
        self.keep = keep
        self.jobs = jobs
        self.until = until
        self.items: list[pytest.Item] = []
        self.failed: str | None = None
        hypothesis.settings.register_profile("mutation", deadline=None, derandomize=True, database=None)
        hypothesis.settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first failure."""
        if report.failed and self.failed is None:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """First all tests as they are, to learn which call what; then each mutant."""
        self.items = [item for item in session.items if not _measures_time(item)]
        called = self._forked(self._calls)
        if not isinstance(called, dict):
            raise pytest.UsageError(f"the tests fail before anything is changed: {called}")
        functions = _functions(self.folder)
        running: dict[int, tuple[Mutant, int]] = {}
        for mutant in self.todo:
            if time.monotonic() > self.until:
                break
            if len(running) >= self.jobs:
                self._reap(running)
            tests = called.get((mutant.module, mutant.function), [])
            child, pipe = self._start(partial(self._judge, mutant, tests, functions))
            running[child] = (mutant, pipe)
        while running:
            self._reap(running)
        self.keep()
        return True

    def _start(self, work: Callable[[], Any]) -> tuple[int, int]:
        reader, writer = os.pipe()
        child = os.fork()
        if child:
            os.close(writer)
            return child, reader
        os.close(reader)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, resource.RLIM_INFINITY))
        try:
            result = work()
        except BaseException as error:  # a mutant may raise anything at all
            result = f"{type(error).__name__}: {error}"
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)

    def _reap(self, running: dict[int, tuple[Mutant, int]]) -> None:
        child, _ = os.wait()
        mutant, pipe = running.pop(child)
        self.add(mutant, _read(pipe))
        if len(running) == 0 or child % 8 == 0:
            self.keep()

    def _forked(self, work: Callable[[], Any]) -> Any:
        child, pipe = self._start(work)
        found = _read(pipe)
        os.waitpid(child, 0)
        return found

    def _calls(self) -> Called | str:
        """Which tests call which function of ours, cheapest test first; or the test that fails already."""
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        called: dict[tuple[str, str], list[tuple[float, int]]] = {}
        for number, item in enumerate(self.items):
            seen: set[tuple[str, str]] = set()
            begun = time.process_time()
            sys.settrace(_tracer(str(self.folder) + os.sep, seen))
            self._run(item)
            sys.settrace(None)
            if self.failed:
                return self.failed
            for place in seen:
                called.setdefault(place, []).append((time.process_time() - begun, number))
        return {place: [number for _, number in sorted(tests)] for place, tests in called.items()}

    def _judge(self, mutant: Mutant, tests: list[int], functions: list[FunctionType]) -> str | None:
        """The test that kills this mutant, or None."""
        if not _exchange(mutant, functions, self.folder):
            return None
        for number in tests:
            self._run(self.items[number])
            if self.failed:
                return self.failed
        return None

    def _run(self, item: pytest.Item) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _read(pipe: int) -> Any:
    with os.fdopen(pipe, "rb") as source:
        data = source.read()
    return pickle.loads(data) if data else "it does not come to an end"  # noqa: S301 - from our own child


def _measures_time(item: pytest.Item) -> bool:
    function = getattr(item, "function", None)
    text = inspect.getsource(inspect.unwrap(function)) if function is not None else ""
    return any(clock in text for clock in CLOCKS)


def _tracer(folder: str, seen: set[tuple[str, str]]) -> Callable[[FrameType, str, Any], None]:
    def trace(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(folder):
            outermost = code.co_qualname.partition(".<locals>")[0]
            seen.add((code.co_filename.removeprefix(folder), outermost))

    return trace


def _functions(folder: Path) -> list[FunctionType]:
    inside = str(folder / "openid4vc")
    return [
        one
        for one in gc.get_objects()
        if type(one) is FunctionType and one.__code__.co_filename.startswith(inside)
    ]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _exchange(mutant: Mutant, functions: list[FunctionType], folder: Path) -> bool:
    """Put the changed code into every function object that has the original."""
    path = str(folder / mutant.module)
    module = compile(mutant.tree, path, "exec", dont_inherit=True)
    changed = [code for code in _codes(module) if code.co_qualname == mutant.function]
    originals = [
        one
        for one in functions
        if one.__code__.co_filename == path and one.__code__.co_qualname == mutant.function
    ]
    for function in originals:
        for code in changed:
            if code.co_firstlineno == function.__code__.co_firstlineno:
                function.__code__ = code
    return bool(originals and changed)
