"""What the demonstration asks of the services over HTTP, through the one outbound door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from typing import Any, Protocol

from chassis.outbound import Answer


def is_ready(port: int, *, root: Path | None = None, timeout: float = 1.0) -> bool:
    """Whether a service on this machine says that it is ready; `root` is given when it speaks https."""
    connection = _connection(port, root, timeout)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _connection(port: int, root: Path | None, timeout: float) -> HTTPConnection:
    if root is None:
        return HTTPConnection("127.0.0.1", port, timeout=timeout)
    return HTTPSConnection("localhost", port, timeout=timeout, context=create_default_context(cafile=root))


class Door(Protocol):
    """The outbound door, or a stand-in for it in tests."""

    def get(self, url: str, *, accept: str, headers: Mapping[str, str]) -> Answer: ...

    def post_json(self, url: str, obj: Any, *, headers: Mapping[str, str]) -> Answer: ...


class Refused(Exception):
    """A service said no; `code` is the error code that it gave, `why` its own words."""

    def __init__(self, what: str, status: int, code: str, why: str = "") -> None:
        super().__init__(f"{what}: HTTP {status} {code}{'. ' if why else ''}{why}")
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Caller:
    """JSON calls to one service."""

    door: Door
    base: str
    headers: Mapping[str, str]

    def bearing(self, token: str) -> Caller:
        """The same service, called on behalf of a signed-in citizen."""
        return Caller(self.door, self.base, {**self.headers, "Authorization": f"Bearer {token}"})

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        """POST JSON; raises Refused with the service's own code on any status from 400."""
        answer = self.door.post_json(self.base + path, body, headers={**self.headers, **headers})
        return self._read(f"POST {path}", answer)

    def get(self, path: str) -> Any:
        """GET JSON, without a body and so without side effects."""
        return self._read(
            f"GET {path}", self.door.get(self.base + path, accept="application/json", headers=self.headers)
        )

    @staticmethod
    def _read(what: str, answer: Answer) -> Any:
        content: Any = json.loads(answer.body) if answer.body.strip()[:1] in (b"{", b"[") else {}
        if answer.status >= 400:
            known = content if isinstance(content, dict) else {}
            code = str(known.get("code") or known.get("error") or "unknown")
            raise Refused(what, answer.status, code, _in_words(known))
        return content


def _in_words(problem: Mapping[str, Any]) -> str:
    """What happened and what to do (RFC 9457), and the number under which the log knows more."""
    words = [str(problem[name]).rstrip(".") + "." for name in ("title", "hint") if problem.get(name)]
    number = problem.get("request_id")
    return " ".join([*words, f"Reference {number} in the logs."] if number else words)
