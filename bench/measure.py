"""Medians of interleaved rounds: every work gets its turn in every round, so that noise hits all alike."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time_ns

Batch = Callable[[int], int]
"""Do the work this many times; gives the nanoseconds that the whole took."""


@dataclass(frozen=True, slots=True)
class Work:
    """One line of the table: what is timed, and in which batches."""

    name: str
    run: Batch
    times: int = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds for one piece of work, one value for each round."""

    name: str
    rounds: tuple[float, ...]

    @property
    def median_us(self) -> float:
        """The median over the rounds."""
        return median(self.rounds)

    def times(self, limit: "Timing") -> float:
        """How many times the limit, as the median of the rounds' own ratios."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, limit.rounds, strict=True))


def repeated(call: Callable[[], object]) -> Batch:
    """The same call again and again."""

    def run(times: int) -> int:
        start = thread_time_ns()
        for _ in range(times):
            call()
        return thread_time_ns() - start

    return run


def over(items: Sequence[object], call: Callable[[object], object]) -> Batch:
    """The call on the next items of an endless round, so that nothing is asked twice in a row."""
    position = 0

    def run(times: int) -> int:
        nonlocal position
        chosen = [items[(position + step) % len(items)] for step in range(times)]
        position += times
        start = thread_time_ns()
        for item in chosen:
            call(item)
        return thread_time_ns() - start

    return run


def anew(
    items: Sequence[object], prepare: Callable[[object], object], call: Callable[[object], object]
) -> Batch:
    """The same, with something done before each call that does not count."""
    position = 0

    def run(times: int) -> int:
        nonlocal position
        taken = 0
        for step in range(times):
            item = items[(position + step) % len(items)]
            prepare(item)
            start = thread_time_ns()
            call(item)
            taken += thread_time_ns() - start
        position += times
        return taken

    return run


def measure(works: Sequence[Work], *, rounds: int) -> dict[str, Timing]:
    """Two rounds to warm up, then the ones that count; rubbish is collected between them, as timeit does."""
    found: dict[str, list[float]] = {work.name: [] for work in works}
    for turn in range(rounds + 2):
        gc.collect()
        gc.disable()
        for work in works:
            nanoseconds = work.run(work.times)
            if turn >= 2:
                found[work.name].append(nanoseconds / work.times / 1000)
        gc.enable()
    return {name: Timing(name, tuple(values)) for name, values in found.items()}
