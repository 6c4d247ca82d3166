"""How a notice reaches its receiver, through the guarded door."""

from dataclasses import dataclass

from chassis.outbound import Outbound, PeerFailed
from verifier.domain.notice import Notice


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Posts JSON with an Idempotency-Key; any 2xx is arrival."""

    outbound: Outbound

    def deliver(self, notice: Notice) -> bool:
        """Whether the receiver took it; whatever else happens counts as not arrived."""
        try:
            answer = self.outbound.post(
                notice.target,
                notice.payload.encode(),
                content_type="application/json",
                headers={"Idempotency-Key": notice.key},
            )
        except PeerFailed:
            return False
        return 200 <= answer.status < 300
