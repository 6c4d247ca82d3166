"""Publish what is revoked, for everybody who checks a credential."""

from issuer.domain.organisation import Organisation
from issuer.domain.status import BITS, LIST_ENTRIES, LIST_LIFE, TTL, KeptList
from issuer.ports import Ports
from issuer.usecases.refusals import UnknownStatusList
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token


def publish_status_list(organisation: Organisation, number: int, *, ports: Ports) -> str:
    """The kept token, or a new one when it is older than its ttl or something was revoked since."""
    now = ports.clock()
    kept = ports.store.status.kept(organisation.path, number)
    if kept is None:
        raise UnknownStatusList
    fresh = kept.fresh_token(now=now)
    if fresh is not None:
        return fresh
    token = _sign(organisation, kept, ports=ports)
    ports.store.status.keep_token(organisation.path, kept, token=token, signed_at=now)
    return token


def name_status_lists(organisation: Organisation, *, ports: Ports) -> list[str]:
    """Every list of this tenant, for a verifier that fetches on a schedule (Token Status List, 9)."""
    addresses = ports.addresses(organisation.path)
    return [addresses.status_list(number) for number in ports.store.status.numbers(organisation.path)]


def _sign(organisation: Organisation, kept: KeptList, *, ports: Ports) -> str:
    """Signed with the key of the credentials (HAIP 1.0, 6.1): some wallets try no other."""
    now = ports.clock()
    signer = ports.signers[organisation.path]
    entries = StatusList.empty(BITS, LIST_ENTRIES)
    for idx in ports.store.status.revoked(organisation.path, kept.number):
        entries.set(idx, 1)
    return sign_status_list_token(
        entries,
        uri=ports.addresses(organisation.path).status_list(kept.number),
        key=signer.key,
        chain=signer.chain,
        iat=now,
        exp=now + LIST_LIFE,
        ttl=int(TTL.total_seconds()),
    )
