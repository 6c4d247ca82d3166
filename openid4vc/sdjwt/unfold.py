"""Put the disclosed claims where their digests stand (RFC 9901, 7.1, steps 3 to 5)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openid4vc.dcql.path import ConcretePath
from openid4vc.errors import CheckFailed
from openid4vc.jose.strict_json import MAX_DEPTH, Json
from openid4vc.sdjwt.disclosure import (
    DIGEST_ALGORITHM,
    DIGESTS,
    ELEMENT_DIGEST,
    RESERVED_NAMES,
    SHA_256,
    digest,
    name_and_value,
)

_CONTAINERS = frozenset({dict, list})
_TEXT_ONLY = frozenset({str})
_NO_DIGESTS: list[str] = []


class Unfolded(NamedTuple):
    """The processed payload, and which disclosure opened which place, parents first."""

    claims: dict[str, Json]
    opened: dict[ConcretePath, str]


def unfold(payload: Mapping[str, Json], disclosures: Sequence[str]) -> Unfolded:
    """Process all disclosures against the payload; every irregularity refuses, an unknown digest does not.

    Refusals: sd_alg, digest_shape, digest_twice, disclosure_twice, disclosure_kind, disclosure_name,
    disclosure_shape, disclosure_collision, disclosure_unreferenced, too_deep, reserved_name; Malformed.
    """
    members = dict(payload)
    if members.pop(DIGEST_ALGORITHM, SHA_256) != SHA_256:
        raise CheckFailed("sd_alg", "the digests are not made with sha-256")
    by_digest = {digest(encoded): encoded for encoded in disclosures}
    if len(by_digest) != len(disclosures):
        raise CheckFailed("disclosure_twice", "a disclosure was sent twice")
    walk = _Walk(by_digest)
    claims = walk.object(members, ())
    if len(walk.opened) != len(by_digest):
        raise CheckFailed("disclosure_unreferenced", "a disclosure belongs to nothing in the credential")
    return Unfolded(claims, walk.opened)


class _Walk:
    """One pass over the payload; what is in `by_digest` is opened where its digest stands."""

    __slots__ = ("by_digest", "opened", "seen")

    def __init__(self, by_digest: Mapping[str, str]) -> None:
        self.by_digest = by_digest
        self.seen: set[str] = set()
        self.opened: dict[ConcretePath, str] = {}

    def value(self, value: Json, place: ConcretePath) -> Json:
        if type(value) is dict:
            return self.object(value.copy(), place)
        if type(value) is list:
            return self.array(value, place)
        return value

    def object(self, members: dict[str, Json], place: ConcretePath) -> dict[str, Json]:
        """Step 3.c.i and ii: digests in `_sd` become members, next to those that were always visible."""
        if len(place) >= MAX_DEPTH:
            raise _too_deep()
        if ELEMENT_DIGEST in members or DIGEST_ALGORITHM in members:
            raise CheckFailed("reserved_name", "a reserved name where it means nothing")
        digests = members.pop(DIGESTS, _NO_DIGESTS)
        for name, value in members.items():
            if type(value) in _CONTAINERS and (place or not _is_open(value)):
                members[name] = self.value(value, (*place, name))
        if digests is not _NO_DIGESTS:
            self._add_hidden(members, self._take(digests), place)
        return members

    def array(self, elements: Sequence[Json], place: ConcretePath) -> list[Json]:
        """Step 3.c.iii and d: a digest becomes its element or vanishes."""
        if len(place) >= MAX_DEPTH:
            raise _too_deep()
        result: list[Json] = []
        for element in elements:
            here = (*place, len(result))
            if not (type(element) is dict and ELEMENT_DIGEST in element):
                result.append(self.value(element, here))
                continue
            if len(element) != 1:
                raise CheckFailed("digest_shape", "a digest of an array element with company")
            for encoded in self._take([element[ELEMENT_DIGEST]]):
                name, value = name_and_value(encoded)
                if name is not None:
                    raise CheckFailed("disclosure_kind", "a member's disclosure among array elements")
                self.opened[here] = encoded
                result.append(self.value(value, here))
        return result

    def _add_hidden(self, members: dict[str, Json], found: Sequence[str], place: ConcretePath) -> None:
        for encoded in found:
            name, value = name_and_value(encoded)
            if name is None:
                raise CheckFailed("disclosure_kind", "an array element's disclosure among the members")
            if name in members:
                raise CheckFailed("disclosure_collision", "a disclosed claim that is already there")
            here = (*place, name)
            self.opened[here] = encoded
            members[name] = self.value(value, here) if type(value) in _CONTAINERS else value

    def _take(self, digests: Json) -> list[str]:
        """Step 4: no digest may occur twice, found or not; gives the disclosures of those that are found."""
        if type(digests) is not list or not _TEXT_ONLY.issuperset(map(type, digests)):
            raise CheckFailed("digest_shape", "digests that are not a list of texts")
        expected = len(self.seen) + len(digests)
        self.seen.update(digests)
        if len(self.seen) != expected:
            raise CheckFailed("digest_twice", "a digest occurs twice")
        by_digest = self.by_digest
        return [by_digest[one] for one in digests if one in by_digest]


def _is_open(value: Json) -> bool:
    """Nothing hidden and nothing reserved in there; one JSON text by itself is never too deep."""
    if type(value) is dict:
        if not RESERVED_NAMES.isdisjoint(value):
            return False
        value = value.values()
    for one in value:  # noqa: SIM110 - a generator costs more than all the rest here
        if type(one) in _CONTAINERS and not _is_open(one):
            return False
    return True


def _too_deep() -> CheckFailed:
    """Disclosures inside disclosures may not build what one JSON text may not be."""
    return CheckFailed("too_deep", f"claims nested more than {MAX_DEPTH} deep")
