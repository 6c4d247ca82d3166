"""Whom to believe for which kind of credential, now."""

from datetime import datetime

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS, PID_PROVIDERS, PUB_EAA_PROVIDERS, ListKind
from openid4vc.trust.lists import VerifiedTrustList, issuers_of, verify_list
from verifier.ports import Ports

KINDS = (PID_PROVIDERS, PUB_EAA_PROVIDERS, EAA_PROVIDERS)


def trusted_issuers(*, ports: Ports, now: datetime) -> TrustedIssuers:
    """The signed lists where any are configured, else the file; nobody at all refuses (T-20, T-22)."""
    if not ports.trust.list_urls:
        return ports.trust.issuers
    found = [_list(url, ports=ports, now=now) for url in ports.trust.list_urls]
    issuers = issuers_of(one for one in found if one is not None)
    if not issuers.issuers:
        raise CheckFailed("trust_list_unavailable", "no list says whom to believe")
    return issuers


def _list(url: str, *, ports: Ports, now: datetime) -> VerifiedTrustList | None:
    """The remembered list, or the one that is served now; one that fails is nobody's word."""
    known = ports.trust_lists.known(url, now=now)
    if known is not None:
        return known
    compact = ports.trust_lists.fetch(url)
    if compact is None:
        ports.audit("trust_list_refused", check="unavailable")
        return None
    try:
        verified = _verified(compact, url, ports=ports, now=now)
    except (CheckFailed, Malformed) as cause:
        ports.audit("trust_list_refused", check=getattr(cause, "check", "malformed"))
        return None
    ports.store.trust_lists.remember(url, verified.sequence)
    ports.trust_lists.keep(url, verified, compact)
    return verified


def _verified(compact: str, url: str, *, ports: Ports, now: datetime) -> VerifiedTrustList:
    """A list of providers of one of the three kinds; any other list says nothing about issuers."""
    last_sequence = ports.store.trust_lists.last_sequence(url)
    for kind in KINDS[:-1]:
        try:
            return _verified_as(kind, compact, last_sequence, ports=ports, now=now)
        except CheckFailed as cause:
            if cause.check != "list_kind":
                raise
    return _verified_as(KINDS[-1], compact, last_sequence, ports=ports, now=now)


def _verified_as(
    kind: ListKind, compact: str, last_sequence: int | None, *, ports: Ports, now: datetime
) -> VerifiedTrustList:
    return verify_list(
        compact, kind=kind, signers=ports.trust.list_signers, now=now, last_sequence=last_sequence
    )
