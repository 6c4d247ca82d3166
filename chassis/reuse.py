"""Give the same answer again to the same question, as long as the view that made it says that it is good."""

import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import request

from chassis.request_id import ENVIRON_KEY

REUSE_KEY = "eenmalig.reuse"
MOST = 64
MOST_BYTES = 4 << 20
_SAYS_NOTHING = ("HTTP_HOST", "HTTP_USER_AGENT", "HTTP_CONNECTION", "HTTP_X_REQUEST_ID")
"""The guard has checked the host, and no view looks at the others."""

Environ = dict[str, Any]
Question = tuple[Any, ...]


class _Answer(NamedTuple):
    still_good: Callable[[], bool]
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def allow_reuse(still_good: Callable[[], bool]) -> None:
    """Called by a view whose answer depends on the question alone, until `still_good` says no."""
    request.environ[REUSE_KEY] = still_good


class Reuse:
    """Between guard and application: knows at most so many answers, by every header that could matter.

    Only a GET without parameters and cookies is a question; only what a view allowed is an answer. The
    reference number is that of each request.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._known: dict[Question, _Answer] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        question = _question(environ)
        if question is None:
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        known = self._known.get(question)
        if known is None or not known.still_good():
            return self._ask(question, environ, start_response)
        start_response(known.status, [*known.headers, ("X-Request-Id", environ[ENVIRON_KEY])])
        return (known.body,)

    def _ask(
        self, question: Question, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, *more)

        answer: Iterable[bytes] = self._app(environ, listen)
        still_good = environ.get(REUSE_KEY)
        if still_good is None:
            return answer
        body = b"".join(answer)
        headers = tuple((name, value) for name, value in said[1] if name.lower() != "x-request-id")
        if len(body) <= MOST_BYTES:
            self._keep(question, _Answer(still_good, said[0], headers, body))
        return (body,)

    def _keep(self, question: Question, answer: _Answer) -> None:
        with self._lock:
            self._known.pop(question, None)
            self._known[question] = answer
            if len(self._known) > MOST:
                self._known.pop(next(iter(self._known)))


def _question(environ: Environ) -> Question | None:
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") or "HTTP_COOKIE" in environ:
        return None
    headers = [
        (name, value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in _SAYS_NOTHING
    ]
    return (environ["PATH_INFO"], *sorted(headers))
