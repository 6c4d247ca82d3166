"""Readers and commits of one process make room for each other, and neither can stop the other for ever."""

import threading
import time

from chassis import quiet
from chassis.pace import LONGEST, Pace
from chassis.quiet import Quiet


def started(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_who_would_read_waits_for_the_end_of_a_commit():
    file, order = Quiet(), []

    def read() -> None:
        with file.reading():
            order.append("read")

    with file.committing():
        reader = started(read)
        reader.join(0.05)
        order.append("committed")
    reader.join(10)

    assert order == ["committed", "read"]


def test_a_commit_lets_those_who_read_finish(monkeypatch):
    monkeypatch.setattr(quiet, "COMMIT_SECONDS", 10)
    file, order = Quiet(), []

    def commit() -> None:
        with file.committing():
            order.append("committed")

    with file.reading():
        writer = started(commit)
        writer.join(0.05)
        order.append("read")
    writer.join(10)

    assert order == ["read", "committed"]


def test_a_long_look_does_not_stop_a_commit_for_ever(monkeypatch):
    monkeypatch.setattr(quiet, "COMMIT_SECONDS", 0.01)
    file = Quiet()

    with file.reading(), file.committing():
        reached = True

    assert reached


def test_a_commit_without_end_does_not_stop_a_look_for_ever(monkeypatch):
    monkeypatch.setattr(quiet, "READ_SECONDS", 0.01)
    file = Quiet()

    with file.committing(), file.reading():
        reached = True

    assert reached


def test_what_fails_on_the_way_leaves_the_way_open():
    file = Quiet()
    for way in (file.reading, file.committing):
        try:
            with way():
                raise ValueError
        except ValueError:
            pass

    with file.committing():
        pass
    with file.reading():
        pass


def test_a_lone_caller_waits_for_nobody_and_one_of_many_never_longer_than_a_commit():
    pace = Pace()
    assert not pace.is_short_of(1)

    pace.learn(5, seconds=3600)

    assert pace.is_short_of(4) and not pace.is_short_of(5)
    assert pace.patience_ends() <= time.monotonic() + LONGEST
    pace.learn(1, seconds=0.001)
    assert not pace.is_short_of(1)
