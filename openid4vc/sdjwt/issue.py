"""Issue an SD-JWT VC: hide what the holder may choose to show, sign the rest (RFC 9901, 4)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

from openid4vc.dcql.path import ClaimPath, select
from openid4vc.jose import base64url
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.strict_json import Json
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import (
    DIGEST_ALGORITHM,
    DIGESTS,
    ELEMENT_DIGEST,
    RESERVED_NAMES,
    SHA_256,
    digest,
    make_disclosure,
)
from openid4vc.sdjwt.vc import CREDENTIAL_TYP, NEVER_DISCLOSABLE

SALT_BYTES = 16


def issue_sd_jwt_vc(
    claims: Mapping[str, Any],
    *,
    disclosable: Collection[ClaimPath],
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    random_bytes: Callable[[int], bytes],
    decoys: int = 2,
) -> str:
    """Sign the whole plain payload with each path in `disclosable` hidden; gives `<jwt>~<disclosure>~…~`.

    A path inside a hidden claim makes a recursive disclosure; None stands for every array element. Each
    object with hidden members gets `decoys` digests that open nothing. A path that selects nothing, a claim
    that must stay visible, a reserved name and a chain of another key are ValueErrors.
    """
    _require_issuable(claims, disclosable)
    if not chain or PublicKey.from_certificate(chain[0]) != key.public:
        raise ValueError("the chain is not of the signing key")
    concealer = _Concealer(random_bytes, decoys)
    payload = concealer.object(claims, disclosable)
    if concealer.disclosures:
        payload[DIGEST_ALGORITHM] = SHA_256
    jwt = sign_jws(payload, typ=CREDENTIAL_TYP, key=key, header={"x5c": encode_x5c(chain)})
    return "~".join([jwt, *concealer.disclosures, ""])


def _require_issuable(claims: Mapping[str, Any], disclosable: Collection[ClaimPath]) -> None:
    if not isinstance(claims.get("vct"), str):
        raise ValueError("an SD-JWT VC has a vct")
    for path in disclosable:
        if path and path[0] in NEVER_DISCLOSABLE:
            raise ValueError(f"{path[0]} must always be visible")
        select(claims, path)


@dataclass(slots=True)
class _Concealer:
    random_bytes: Callable[[int], bytes]
    decoys: int
    disclosures: list[str] = field(default_factory=list)

    def value(self, value: Json, paths: Collection[ClaimPath]) -> Json:
        if isinstance(value, Mapping):
            return self.object(value, paths)
        if isinstance(value, list | tuple):
            return [self._element(index, element, paths) for index, element in enumerate(value)]
        return value

    def object(self, members: Mapping[str, Json], paths: Collection[ClaimPath]) -> dict[str, Json]:
        visible: dict[str, Json] = {}
        digests: list[str] = []
        for name, member in members.items():
            if name in RESERVED_NAMES:
                raise ValueError(f"{name} is reserved")
            inner = _below(name, paths)
            content = self.value(member, inner)
            if () in inner:
                digests.append(self._hide(name, content))
            else:
                visible[name] = content
        if digests:
            digests += [self._decoy() for _ in range(self.decoys)]
            visible[DIGESTS] = sorted(digests)
        return visible

    def _element(self, index: int, element: Json, paths: Collection[ClaimPath]) -> Json:
        inner = _below(index, paths) | _below(None, paths)
        content = self.value(element, inner)
        return {ELEMENT_DIGEST: self._hide(content)} if () in inner else content

    def _hide(self, *name_and_value: Json) -> str:
        salt = base64url.encode(self.random_bytes(SALT_BYTES))
        self.disclosures.append(make_disclosure(salt, *name_and_value))
        return digest(self.disclosures[-1])

    def _decoy(self) -> str:
        """A digest of random bytes, which nobody can tell from a real one (RFC 9901, 4.2.5)."""
        return digest(base64url.encode(self.random_bytes(2 * SALT_BYTES)))


def _below(step: str | int | None, paths: Collection[ClaimPath]) -> set[ClaimPath]:
    """What is left of the paths that go through this member or element."""
    return {path[1:] for path in paths if path and path[0] == step and type(path[0]) is type(step)}
