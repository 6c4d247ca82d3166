"""Publish what is revoked, for everybody who checks a credential."""

from datetime import datetime

from issuer.domain.organisation import Organisation
from issuer.domain.published import Published, Signed
from issuer.domain.status import LIST_LIFE, TTL, KeptList
from issuer.ports import Ports
from issuer.usecases.refusals import UnknownStatusList
from openid4vc.status.token import sign_status_list_token


def publish_status_list(organisation: Organisation, number: int, *, ports: Ports) -> Signed:
    """The token in memory while it is current, else the kept one, else a new one.

    It is new when something was revoked since, or the old one has its ttl behind it. What this process
    revokes shows at once; what another one revokes within a second (SEEN_AFTER), of a ttl of 900.
    """
    published = ports.published.of(organisation.path, number)
    current = published.current(now=ports.clock())
    if current is not None:
        return current
    with published.lock:
        return published.current(now=ports.clock()) or _ask(organisation, number, published, ports=ports)


def still_published(organisation: Organisation, number: int, signed: Signed, *, ports: Ports) -> bool:
    """Whether this very token would be given again now."""
    return ports.published.of(organisation.path, number).current(now=ports.clock()) is signed


def name_status_lists(organisation: Organisation, *, ports: Ports) -> list[str]:
    """Every list of this tenant, for a verifier that fetches on a schedule (Token Status List, 9)."""
    addresses = ports.addresses(organisation.path)
    return [addresses.status_list(number) for number in ports.store.status.numbers(organisation.path)]


def _ask(organisation: Organisation, number: int, published: Published, *, ports: Ports) -> Signed:
    now, changes = ports.clock(), published.changes
    kept = ports.store.status.kept(organisation.path, number)
    if kept is None:
        raise UnknownStatusList
    signed = _signed(organisation, kept, published, now=now, ports=ports)
    published.learnt(signed, asked_at=now, changes=changes)
    return signed


def _signed(
    organisation: Organisation, kept: KeptList, published: Published, *, now: datetime, ports: Ports
) -> Signed:
    """All processes give the token that one of them signed and kept."""
    fresh = kept.fresh_token(now=now)
    if fresh is None:
        fresh = _sign(organisation, kept, published, now=now, ports=ports)
        ports.store.status.keep_token(organisation.path, kept, token=fresh, signed_at=now)
        return Signed.of(fresh, revision=kept.revision, signed_at=now)
    old = published.signed
    if old is not None and old.token == fresh.encode("ascii"):
        return old
    return Signed.of(fresh, revision=kept.revision, signed_at=kept.token_signed_at or now)


def _sign(
    organisation: Organisation, kept: KeptList, published: Published, *, now: datetime, ports: Ports
) -> str:
    """Signed with the key of the credentials (HAIP 1.0, 6.1): some wallets try no other."""
    signer = ports.signers[organisation.path]
    since = published.known_revision
    for idx in ports.store.status.revoked(organisation.path, kept.number, since=since):
        published.bits.set(idx, 1)
    published.known_revision = kept.revision
    return sign_status_list_token(
        published.bits,
        uri=ports.addresses(organisation.path).status_list(kept.number),
        key=signer.key,
        chain=signer.chain,
        iat=now,
        exp=now + LIST_LIFE,
        ttl=int(TTL.total_seconds()),
    )
