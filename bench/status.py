"""Status lists: one look into a list of a million, and one entry revoked with the signed token made anew."""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from random import Random

from bench.measure import Work, over, repeated
from bench.world import World
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.x5c import parse_x5c, verify_x5c
from openid4vc.status.publication import StatusPublication
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import (
    STATUS_LIST_TYP,
    Lifetime,
    VerifiedStatusList,
    sign_status_list_token,
    verify_status_list_token,
)

MILLION = 10**6
REVOKED_SHARE = 100
"""One entry in so many is revoked when the measurement begins: a list in the middle of its life."""


def looking_up(world: World) -> tuple[list[Work], float]:
    """Work `status_lookup`, and the memory that the known list takes as a multiple of its bitmap."""
    verified, memory = known_list(world, MILLION)
    places = [number * 7919 % MILLION for number in range(1000)]
    look: Callable[[object], object] = verified.status_at  # type: ignore[assignment]
    return [Work("status_lookup", over(places, look), times=2000)], memory


def known_list(world: World, entries: int) -> tuple[VerifiedStatusList, float]:
    """A verified list, and what is left of it in memory compared with its bits."""
    issuer = world.issuer
    token = issuer.status_token(world.now, entries=entries)
    chain = verify_x5c(issuer.chain, anchors=[world.root], now=world.now)
    header = parse_jws(token, expected_typ=STATUS_LIST_TYP).header
    verify_x5c(parse_x5c(header), anchors=[world.root], now=world.now)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    verified = verify_status_list_token(
        token, expected_uri=issuer.status_uri, expected_chain=chain, anchors=[world.root], now=world.now
    )
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return verified, (after - before) / (entries / 8)


def publishing(world: World, *, entries: int, name: str, times: int) -> list[Work]:
    """Work `revoke_publish`: each time another entry of a list in which one in a hundred is revoked."""
    issuer, chance = world.issuer, Random(7)  # noqa: S311 - places, no secrets
    data = bytearray(entries // 8)
    for _ in range(entries // REVOKED_SHARE):
        place = chance.randrange(entries)
        data[place >> 3] |= 1 << (place & 7)
    publication = StatusPublication(StatusList(1, data))
    life = Lifetime(iat=world.now, exp=world.now + timedelta(hours=24), ttl=900)

    def revoke_and_publish() -> str:
        publication.set(chance.randrange(entries), 1)
        return sign_status_list_token(
            publication, uri=issuer.status_uri, key=issuer.key, chain=issuer.chain, **life
        )

    revoke_and_publish()
    return [Work(name, repeated(revoke_and_publish), times=times)]
