"""Commits that threads share: one writes for all who wait, and nobody is told before it is durable."""

import contextvars
import copy
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from chassis.pace import Pace
from chassis.prepared import run_on_driver

T = TypeVar("T")
MOST = 64
"""Works in one commit at most: whoever came later waits for the next one."""


class _Call:
    """One work on its way, in the context of its caller; `woken` is held until something is known of it."""

    __slots__ = ("context", "failure", "leads", "result", "shared", "woken", "work")

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.context = contextvars.copy_context()
        self.woken = threading.Lock()
        self.woken.acquire()
        self.leads = self.shared = False
        self.result: Any = None
        self.failure: BaseException | None = None

    def fail_with_all(self, failure: BaseException) -> None:
        """Nothing of the group is kept; a work that failed before keeps its own reason."""
        if self.failure is None:
            self.failure, self.shared = failure, True

    def answer(self) -> Any:
        """The result, or the failure: a copy of one that several threads raise, each with its own trace."""
        if self.failure is None:
            return self.result
        if not self.shared:
            raise self.failure
        raise _copied(self.failure) from self.failure


class GroupCommit:
    """The first caller leads: it begins, does each waiting work in a savepoint, commits, and tells everybody.

    Whoever comes while a commit is on its way waits, and the first of those leads the next group; so a busy
    database commits often for many and an idle one at once for one. What a work raises undoes that work only.
    What BEGIN or COMMIT raises, and what makes SQLite drop the transaction, is raised to the whole group.
    """

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Connection]], *, patience: float, most: int = MOST
    ) -> None:
        self._begin = begin
        self._patience = patience
        self._most = most
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._pace = Pace()
        self._waiting: deque[_Call] = deque()
        self._led = False

    def run(self, work: Callable[[Connection], T]) -> T:
        """Return what the work returned, once it is durable; TimeoutError when its turn never came."""
        call = _Call(work)
        with self._lock:
            if self._led:
                self._waiting.append(call)
                self._came.notify()
            else:
                self._led = call.leads = True
        if not call.leads:
            self._wait(call)
        if call.leads:
            self._lead(call)
        result: T = call.answer()
        return result

    def _wait(self, call: _Call) -> None:
        """Only a work that nobody has begun can be taken back; one that was begun ends soon in one way."""
        if call.woken.acquire(timeout=self._patience):
            return
        with self._lock:
            if call in self._waiting:
                self._waiting.remove(call)
                raise WaitedTooLong("the database has been busy for too long")
        call.woken.acquire()

    def _lead(self, first: _Call) -> None:
        group: list[_Call] = []
        try:
            with self._begin() as connection:
                for call in self._members(first):
                    group.append(call)
                    _do(connection, call)
                done = time.monotonic()
            self._pace.learn(len(group), seconds=time.monotonic() - done)
        except BaseException as failure:  # whatever it is, those who wait must hear of it
            for call in group or [first]:
                call.fail_with_all(failure)
        finally:
            self._hand_on()
            for call in group:
                if call is not first:
                    call.woken.release()

    def _members(self, first: _Call) -> Iterator[_Call]:
        """The leader itself, then whoever waits by now, and where many came before whoever comes soon."""
        yield first
        until = self._pace.patience_ends()
        for members in range(1, self._most):
            with self._lock:
                if not self._waiting and self._pace.is_short_of(members):
                    self._came.wait(max(0.0, until - time.monotonic()))
                if not self._waiting:
                    return
                call = self._waiting.popleft()
            yield call

    def _hand_on(self) -> None:
        """Under one lock with joining, so that nobody can join a group that nobody leads."""
        with self._lock:
            if not self._waiting:
                self._led = False
                return
            following = self._waiting.popleft()
        following.leads = True
        following.woken.release()


def _do(connection: Connection, call: _Call) -> None:
    """What it raises is for its own caller, unless the transaction of all is gone with it."""
    run_on_driver(connection, "SAVEPOINT work")
    try:
        call.result = call.context.run(call.work, connection)
        run_on_driver(connection, "RELEASE work")
    except BaseException as failure:
        call.failure = failure
        if _lost(connection):
            raise
        run_on_driver(connection, "ROLLBACK TO work")
        run_on_driver(connection, "RELEASE work")


def _lost(connection: Connection) -> bool:
    """A full disk or a broken file makes SQLite roll back by itself; what follows would commit alone."""
    if connection.invalidated:
        return True
    driver: Any = connection.connection.dbapi_connection
    return not driver.in_transaction


def _copied(failure: BaseException) -> BaseException:
    try:
        return copy.copy(failure)
    except Exception:
        return failure
