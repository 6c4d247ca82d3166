"""The desk's call to the authority: the evidence apart from the facts, under one idempotency key."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chassis.outbound import Outbound, PeerFailed
from chassis.slots import Lanes
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
    lanes: Lanes

    @contextmanager
    def lane(self) -> Iterator[bool]:
        """Whether one more call may be under way in this block; nobody waits for that.

        Desk and authority may be one process: if calls waited, all threads would wait for each other. There
        are so few lanes that the calls of two workers find room in one; more of them would only make each
        slower. It is asked before anything is read: whom an overload turns away costs next to nothing.
        """
        free = self.lanes.take()
        try:
            yield free
        finally:
            if free:
                self.lanes.give_back()

    def file(self, service: str, filing: Mapping[str, Any], *, idempotency_key: str) -> AuthorityAnswer:
        """Hand in one request; repeating it with the same key is safe."""
        headers = {"Idempotency-Key": idempotency_key}
        try:
            answer = self.outbound.post_json(self.origin + PATHS[service], filing, headers=headers)
            body = strict_json.loads(answer.body)
        except (PeerFailed, Malformed):
            return AuthorityAnswer(0, {})
        return AuthorityAnswer(answer.status, body if isinstance(body, dict) else {})
