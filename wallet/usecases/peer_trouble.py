"""Say in the wallet's own words that somebody else failed us."""

from collections.abc import Iterator
from contextlib import contextmanager

from openid4vc.errors import CheckFailed, Malformed
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import CouldNotReach, IssuerMisconfigured, IssuerRefused
from wallet.ports import Ports


@contextmanager
def issuer_trouble(ports: Ports) -> Iterator[None]:
    """Turn failures of an issuer into refusals; what exactly failed goes to the audit log."""
    try:
        yield
    except PeerSilent as cause:
        raise CouldNotReach(host=cause.host) from cause
    except PeerRefused as cause:
        raise IssuerRefused(host=cause.host, error=cause.error) from cause
    except PeerNonsense as cause:
        raise IssuerMisconfigured(host=cause.host) from cause
    except CheckFailed as cause:
        ports.audit("issuer_check_failed", check=cause.check)
        raise IssuerMisconfigured(check=cause.check) from cause
    except Malformed as cause:
        raise IssuerMisconfigured from cause
