"""Tell others what happened: at least once, with one key, as often as it takes."""

from verifier.ports import Ports

AT_ONCE = 100


def deliver_notices(*, ports: Ports, most: int = AT_ONCE) -> int:
    """Every notice that is due, one after the other; gives how many arrived.

    Claim, tell, mark: a kill between two of them means once more, with the same key.
    """
    arrived = 0
    for _ in range(most):
        notice = ports.store.outbox.claim(ports.clock())
        if notice is None:
            break
        if ports.webhooks.deliver(notice):
            arrived += ports.store.outbox.delivered(notice, at=ports.clock())
            ports.audit("notice_delivered", kind=notice.kind, attempts=notice.attempts)
        else:
            ports.store.outbox.failed(notice, at=ports.clock())
            ports.audit("notice_waits", kind=notice.kind, attempts=notice.attempts)
    return arrived
