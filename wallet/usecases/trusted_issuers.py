"""Whom to believe for which kind of card, now."""

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS, PID_PROVIDERS, PUB_EAA_PROVIDERS, ListKind
from openid4vc.trust.lists import VerifiedTrustList, issuers_of, verify_list
from wallet.domain.refusals import TrustUnavailable
from wallet.ports import Ports

KINDS = (PID_PROVIDERS, PUB_EAA_PROVIDERS, EAA_PROVIDERS)
NOBODY = TrustedIssuers(())


def trusted_issuers(*, ports: Ports) -> TrustedIssuers:
    """The signed lists where the configuration names any, else the file; TrustUnavailable without any."""
    if not ports.trust.list_urls:
        return ports.trust.issuers
    found = [_list(url, ports) for url in ports.trust.list_urls]
    issuers = issuers_of(one for one in found if one is not None)
    if not issuers.issuers:
        raise TrustUnavailable
    return issuers


def issuers_if_known(*, ports: Ports) -> TrustedIssuers:
    """The same for a page that only wants to name them: nobody where no list can be had."""
    try:
        return trusted_issuers(ports=ports)
    except TrustUnavailable:
        return NOBODY


def remembered_issuers(*, ports: Ports) -> TrustedIssuers:
    """The same as far as remembered, without asking anybody."""
    if not ports.trust.list_urls:
        return ports.trust.issuers
    now = ports.clock()
    known = [ports.trust_lists.known(url, now=now) for url in ports.trust.list_urls]
    return issuers_of(one for one in known if one is not None)


def _list(url: str, ports: Ports) -> VerifiedTrustList | None:
    """The remembered list, or the one that is served now; one that fails is nobody's word (T-22)."""
    now = ports.clock()
    known = ports.trust_lists.known(url, now=now)
    if known is not None:
        return known
    compact = ports.trust_lists.fetch(url)
    try:
        verified = _verified(compact or "", url, ports)
    except (CheckFailed, Malformed) as cause:
        check = "unavailable" if compact is None else getattr(cause, "check", "malformed")
        ports.audit("trust_list_refused", check=check)
        return None
    ports.stores.trust_lists.remember(url, verified.sequence)
    ports.trust_lists.keep(url, verified)
    return verified


def _verified(compact: str, url: str, ports: Ports) -> VerifiedTrustList:
    """A list of providers of one of the three kinds; any other list says nothing about issuers."""
    *first, last = KINDS
    for kind in first:
        try:
            return _verified_as(kind, compact, url, ports)
        except CheckFailed as cause:
            if cause.check != "list_kind":
                raise
    return _verified_as(last, compact, url, ports)


def _verified_as(kind: ListKind, compact: str, url: str, ports: Ports) -> VerifiedTrustList:
    return verify_list(
        compact,
        kind=kind,
        signers=ports.trust.list_signers,
        now=ports.clock(),
        last_sequence=ports.stores.trust_lists.last_sequence(url),
    )
