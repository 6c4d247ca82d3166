"""The desk's call to the authority: the evidence apart from the facts, under one idempotency key."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.outbound import Outbound, PeerFailed
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json

PATHS = {"averaging": "/tax-authority/averaging-requests"}


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """What the authority said; status 0 when it could not be reached or understood."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuthorityPeer:
    """The authority behind one origin."""

    outbound: Outbound
    origin: str
    lanes: threading.BoundedSemaphore

    def file(self, service: str, filing: Mapping[str, Any], *, idempotency_key: str) -> AuthorityAnswer:
        """Hand in one request; repeating it with the same key is safe.

        Desk and authority may be one process: when too many calls are under way the next is turned away at
        once, or all threads would wait for each other.
        """
        if not self.lanes.acquire(blocking=False):
            return AuthorityAnswer(0, {})
        try:
            return self._post(PATHS[service], filing, idempotency_key)
        finally:
            self.lanes.release()

    def _post(self, path: str, filing: Mapping[str, Any], idempotency_key: str) -> AuthorityAnswer:
        try:
            answer = self.outbound.post_json(
                self.origin + path, filing, headers={"Idempotency-Key": idempotency_key}
            )
            body = strict_json.loads(answer.body)
        except (PeerFailed, Malformed):
            return AuthorityAnswer(0, {})
        return AuthorityAnswer(answer.status, body if isinstance(body, dict) else {})
