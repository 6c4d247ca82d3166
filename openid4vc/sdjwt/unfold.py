"""Put the disclosed claims where their digests stand (RFC 9901, 7.1, steps 3 to 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openid4vc.dcql.path import ConcretePath
from openid4vc.errors import CheckFailed
from openid4vc.jose.strict_json import MAX_DEPTH, Json
from openid4vc.sdjwt.disclosure import (
    DIGEST_ALGORITHM,
    DIGESTS,
    ELEMENT_DIGEST,
    SHA_256,
    Disclosure,
    digest,
    parse_disclosure,
)


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The processed payload, and which disclosure opened which place, parents first."""

    claims: dict[str, Json]
    opened: dict[ConcretePath, Disclosure]


def unfold(payload: Mapping[str, Json], disclosures: Sequence[str]) -> Unfolded:
    """Process all disclosures against the payload; every irregularity refuses, an unknown digest does not.

    Refusals: sd_alg, digest_shape, digest_twice, disclosure_twice, disclosure_kind, disclosure_name,
    disclosure_shape, disclosure_collision, disclosure_unreferenced, too_deep, reserved_name; Malformed.
    """
    if payload.get(DIGEST_ALGORITHM, SHA_256) != SHA_256:
        raise CheckFailed("sd_alg", "the digests are not made with sha-256")
    by_digest = {digest(encoded): encoded for encoded in disclosures}
    if len(by_digest) != len(disclosures):
        raise CheckFailed("disclosure_twice", "a disclosure was sent twice")
    walk = _Walk(by_digest)
    claims = walk.object({name: value for name, value in payload.items() if name != DIGEST_ALGORITHM}, ())
    if len(walk.opened) != len(by_digest):
        raise CheckFailed("disclosure_unreferenced", "a disclosure belongs to nothing in the credential")
    return Unfolded(claims, walk.opened)


@dataclass(slots=True)
class _Walk:
    by_digest: Mapping[str, str]
    seen: set[str] = field(default_factory=set)
    opened: dict[ConcretePath, Disclosure] = field(default_factory=dict)

    def value(self, value: Json, place: ConcretePath) -> Json:
        if isinstance(value, dict):
            return self.object(value, place)
        if isinstance(value, list):
            return self.array(value, place)
        return value

    def object(self, members: Mapping[str, Json], place: ConcretePath) -> dict[str, Json]:
        """Step 3.c.i and ii: digests in `_sd` become members, next to those that were always visible."""
        _require_shallow(place)
        if ELEMENT_DIGEST in members or DIGEST_ALGORITHM in members:
            raise CheckFailed("reserved_name", "a reserved name where it means nothing")
        plain = {
            name: self.value(value, (*place, name)) for name, value in members.items() if name != DIGESTS
        }
        digests = members.get(DIGESTS, [])
        if not isinstance(digests, list):
            raise CheckFailed("digest_shape", "_sd is not a list")
        for wanted in digests:
            disclosure = self._take(wanted)
            if disclosure is None:
                continue
            if disclosure.name is None:
                raise CheckFailed("disclosure_kind", "an array element's disclosure among the members")
            if disclosure.name in plain:
                raise CheckFailed("disclosure_collision", "a disclosed claim that is already there")
            plain[disclosure.name] = self._open(disclosure, (*place, disclosure.name))
        return plain

    def array(self, elements: Sequence[Json], place: ConcretePath) -> list[Json]:
        """Step 3.c.iii and d: a digest becomes its element or vanishes."""
        _require_shallow(place)
        result: list[Json] = []
        for element in elements:
            here = (*place, len(result))
            if not (isinstance(element, dict) and ELEMENT_DIGEST in element):
                result.append(self.value(element, here))
                continue
            if len(element) != 1:
                raise CheckFailed("digest_shape", "a digest of an array element with company")
            disclosure = self._take(element[ELEMENT_DIGEST])
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise CheckFailed("disclosure_kind", "a member's disclosure among array elements")
            result.append(self._open(disclosure, here))
        return result

    def _take(self, wanted: Json) -> Disclosure | None:
        """Step 4: no digest may occur twice, found or not."""
        if not isinstance(wanted, str):
            raise CheckFailed("digest_shape", "a digest that is not text")
        if wanted in self.seen:
            raise CheckFailed("digest_twice", "a digest occurs twice")
        self.seen.add(wanted)
        encoded = self.by_digest.get(wanted)
        return None if encoded is None else parse_disclosure(encoded)

    def _open(self, disclosure: Disclosure, place: ConcretePath) -> Json:
        self.opened[place] = disclosure
        return self.value(disclosure.value, place)


def _require_shallow(place: ConcretePath) -> None:
    """Disclosures inside disclosures may not build what one JSON text may not be."""
    if len(place) >= MAX_DEPTH:
        raise CheckFailed("too_deep", f"claims nested more than {MAX_DEPTH} deep")
