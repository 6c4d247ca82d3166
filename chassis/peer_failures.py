"""What can go wrong with another party; what the caller may show is the same for all of it."""


class PeerFailed(Exception):
    """A call to another party gave no answer; `host` may be shown, `reason` is for the log only."""

    def __init__(self, host: str, reason: str = "") -> None:
        super().__init__("the other party could not be reached")
        self.host = host
        self.reason = reason


class PeerRefused(PeerFailed):
    """The guard of the outbound door said no, before any connection was made."""


class PeerUnreachable(PeerFailed):
    """No connection, no answer in time, or an answer that is no HTTP."""


class PeerTooLarge(PeerFailed):
    """The answer was longer than the caller allowed."""
