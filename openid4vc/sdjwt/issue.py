"""Issue an SD-JWT VC: hide what the holder may choose to show, sign the rest (RFC 9901, 4)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography import x509

from openid4vc.dcql.path import ClaimPath, select
from openid4vc.jose import strict_json
from openid4vc.jose.jws import encoded_header, sign_payload
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.recent import Recent
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.conceal import conceal
from openid4vc.sdjwt.vc import CREDENTIAL_TYP, NEVER_DISCLOSABLE


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
    paths = tuple(disclosable)
    _require_issuable(claims, paths)
    protected = _protected(key, tuple(chain))
    payload, disclosures = conceal(claims, paths, random_bytes=random_bytes, decoys=decoys)
    jwt = sign_payload(strict_json.dumps_plain(payload), protected=protected, key=key)
    return f"{jwt}~{disclosures}"


def _require_issuable(claims: Mapping[str, Any], paths: tuple[ClaimPath, ...]) -> None:
    if type(claims.get("vct")) is not str:
        raise ValueError("an SD-JWT VC has a vct")
    names, deep = _sorted_by_depth(paths)
    for path in deep if claims.keys() >= names else paths:
        select(claims, path)


@lru_cache(maxsize=512)
def _sorted_by_depth(paths: tuple[ClaimPath, ...]) -> tuple[frozenset[str], tuple[ClaimPath, ...]]:
    """The paths that are one name, so that they can be looked up together, and the others."""
    for path in paths:
        if path and path[0] in NEVER_DISCLOSABLE:
            raise ValueError(f"{path[0]} must always be visible")
    names = frozenset(path[0] for path in paths if len(path) == 1 and type(path[0]) is str)
    return names, tuple(path for path in paths if len(path) != 1 or path[0] not in names)


class _Protected(NamedTuple):
    """The header of every credential under one certificate, with what it was made of."""

    public: PublicKey
    chain: tuple[x509.Certificate, ...]
    header: str


def _protected(key: SigningKey, chain: tuple[x509.Certificate, ...]) -> str:
    """Checked and encoded once for these very objects; the memory holds them, so the numbers stay theirs."""
    question = (id(key.public), *map(id, chain))
    known = _headers.get(question)
    if known is None:
        if not chain or PublicKey.from_certificate(chain[0]) != key.public:
            raise ValueError("the chain is not of the signing key")
        known = _Protected(key.public, chain, encoded_header(CREDENTIAL_TYP, {"x5c": encode_x5c(chain)}))
        _headers.put(question, known)
    return known.header


_headers: Recent[tuple[int, ...], _Protected] = Recent(64)
