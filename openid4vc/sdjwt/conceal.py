"""Take the claims that a holder may keep to himself out of a payload, and leave digests in their place."""

import math
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256

from pydantic_core import to_json

from openid4vc.dcql.path import ClaimPath
from openid4vc.jose import base64url
from openid4vc.jose.strict_json import Json
from openid4vc.sdjwt.disclosure import (
    DIGEST_ALGORITHM,
    DIGESTS,
    ELEMENT_DIGEST,
    RESERVED_NAMES,
    SHA_256,
)

SALT_BYTES = 18
"""144 bits: more than the 128 that are asked for (RFC 9901, 9.3), and whole groups of base64."""
_SALT_CHARACTERS = SALT_BYTES * 4 // 3
_DECOY_BYTES = 32
_SALT = None
"""Where the salt of a row will stand."""
_TO_DISCLOSURES = bytes.maketrans(b"+/\n", b"-_~")
_PLAIN = frozenset({str, int, bool, type(None)})
_HERE: ClaimPath = ()

Paths = tuple[ClaimPath, ...]


def conceal(
    claims: Mapping[str, Json], paths: Paths, *, random_bytes: Callable[[int], bytes], decoys: int
) -> tuple[dict[str, Json], str]:
    """The payload with each of these paths hidden, and the disclosures, a tilde after each (RFC 9901, 4.2).

    The payload holds nothing but JSON. A reserved name, a number that is not finite and anything that has
    no JSON form are ValueErrors.
    """
    concealer = _Concealer(random_bytes, decoys)
    payload = concealer.object(claims, paths)
    if concealer.disclosures:
        payload[DIGEST_ALGORITHM] = SHA_256
    return payload, concealer.disclosures


class _Concealer:
    __slots__ = ("decoys", "disclosures", "random_bytes")

    def __init__(self, random_bytes: Callable[[int], bytes], decoys: int) -> None:
        self.random_bytes = random_bytes
        self.decoys = decoys
        self.disclosures = ""

    def value(self, value: Json, paths: Paths) -> Json:
        if not paths and _is_open_json(value):
            return value
        if isinstance(value, Mapping):
            return self.object(value, paths)
        if isinstance(value, list | tuple):
            return [self._element(index, element, paths) for index, element in enumerate(value)]
        if type(value) in _PLAIN or (isinstance(value, float) and math.isfinite(value)):
            return value
        raise ValueError("a claim without a form in JSON")

    def object(self, members: Mapping[str, Json], paths: Paths) -> dict[str, Json]:
        if not RESERVED_NAMES.isdisjoint(members):
            raise ValueError("a reserved name among the claims")
        below = _by_first_step(paths)
        visible: dict[str, Json] = {}
        hidden: list[list[Json]] = []
        for name, member in members.items():
            inner = below.get(name, ())
            content = member if type(member) in _PLAIN else self.value(member, inner)
            if inner and _HERE in inner:
                hidden.append([_SALT, name, content])
            else:
                visible[name] = content
        if hidden:
            visible[DIGESTS] = sorted(self._hide(hidden, decoys=self.decoys))
        return visible

    def _element(self, index: int, element: Json, paths: Paths) -> Json:
        below = _by_first_step(paths)
        inner = below.get(index, ()) + below.get(None, ())
        content = self.value(element, inner)
        return {ELEMENT_DIGEST: self._hide([[_SALT, content]], decoys=0)[0]} if _HERE in inner else content

    def _hide(self, rows: list[list[Json]], *, decoys: int) -> list[str]:
        """All of one level together: one draw and one change of alphabet; each row gets its salt.

        A decoy is a digest of random bytes, which nobody can tell from a real one (RFC 9901, 4.2.5).
        """
        salted = SALT_BYTES * len(rows)
        drawn = self.random_bytes(salted + _DECOY_BYTES * decoys)
        salts = base64url.encode(drawn[:salted])
        for row, at in zip(rows, range(0, len(salts), _SALT_CHARACTERS), strict=True):
            row[0] = salts[at : at + _SALT_CHARACTERS]
        # Each text of base64 ends in a new line, which becomes the tilde behind a disclosure.
        encoded = b"".join(map(b2a_base64, map(to_json, rows))).translate(_TO_DISCLOSURES, b"=")
        self.disclosures += encoded.decode("ascii")
        hashed = encoded.split(b"~")[:-1]
        hashed += [drawn[at : at + _DECOY_BYTES] for at in range(salted, len(drawn), _DECOY_BYTES)]
        return base64url.encode_digests([sha256(one).digest() for one in hashed])


def _is_open_json(value: Json) -> bool:
    """Exactly what a JSON reader makes, without a reserved name anywhere: it may stay as it is."""
    if type(value) is dict:
        if not RESERVED_NAMES.isdisjoint(value):
            return False
        value = value.values()
    elif type(value) is not list:
        return type(value) in _PLAIN
    for one in value:  # noqa: SIM110 - a generator costs more than all the rest here
        if type(one) not in _PLAIN and not _is_open_json(one):
            return False
    return True


@lru_cache(maxsize=512)
def _by_first_step(paths: Paths) -> Mapping[str | int | None, Paths]:
    """What is left of the paths below each member or element; the kinds of credentials are few."""
    found: dict[str | int | None, Paths] = {}
    for path in paths:
        if path:
            found[path[0]] = (*found.get(path[0], ()), path[1:])
    return found
