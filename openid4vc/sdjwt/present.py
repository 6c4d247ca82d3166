"""The holder's side: keep a credential, choose what to show, bind that to one verifier (RFC 9901, 4.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from openid4vc.dcql.path import ClaimPath, ConcretePath, select
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jws import encoded_header, parse_jws, sign_payload
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.disclosure import SHA_256, SplitSdJwt, digest, split_sd_jwt
from openid4vc.sdjwt.transaction_hashes import ALGORITHM, HASHES, transaction_hashes
from openid4vc.sdjwt.unfold import Unfolded, unfold
from openid4vc.sdjwt.vc import CREDENTIAL_TYP
from openid4vc.sdjwt.verify import KEY_BINDING_TYP

_PROTECTED = encoded_header(KEY_BINDING_TYP, {})


class TransactionBinding(TypedDict, total=False):
    """What is signed beside the disclosures: the encoded transaction data, and an id of this signature.

    `parameters` are those that a type of transaction data adds (OpenID4VP 1.0, B.3.3).
    """

    transaction_data: Sequence[str]
    jti: str | None
    send_alg: bool
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class HeldSdJwt:
    """A credential as its issuer gave it and `verify_issued` accepted it; reading it again proves nothing."""

    issued: str
    _split: SplitSdJwt = field(init=False, repr=False, compare=False)
    _unfolded: Unfolded = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        split = split_sd_jwt(self.issued)
        if split.key_binding_jwt is not None:
            raise Malformed("a held credential has no key binding yet")
        claims = parse_jws(split.issuer_jwt, expected_typ=CREDENTIAL_TYP).claims()
        object.__setattr__(self, "_split", split)
        object.__setattr__(self, "_unfolded", unfold(claims, split.disclosures))

    @property
    def payload(self) -> dict[str, Any]:
        """All claims, as if everything were disclosed."""
        return self._unfolded.claims

    def paths(self) -> tuple[ConcretePath, ...]:
        """Every place that the holder may show or keep, parents before what is inside them."""
        return tuple(self._unfolded.opened)

    def select(self, paths: Collection[ClaimPath]) -> str:
        """`<jwt>~<disclosure>~…~` that opens these places and their parents, and nothing inside them.

        None in a path stands for every element; a path that selects nothing is a PathError (ValueError).
        """
        opened = self._unfolded.opened
        shown: set[str] = set()
        for path in paths:
            # The root has members only, so a name there is its own place and nothing is above it.
            if len(path) == 1 and (encoded := opened.get(path)) is not None:  # type: ignore[arg-type]
                shown.add(encoded)
                continue
            places = [place for place, _ in select(self.payload, path)]
            wanted = {place[:length] for place in places for length in range(1, len(place) + 1)}
            shown |= {opened[place] for place in wanted if place in opened}
        disclosures = [encoded for encoded in self._split.disclosures if encoded in shown]
        return "~".join([self._split.issuer_jwt, *disclosures, ""])


def present(
    held_selection: str,
    *,
    key: SigningKey,
    audience: str,
    nonce: str,
    iat: datetime,
    **binding: Unpack[TransactionBinding],
) -> str:
    """Add the key binding for this audience and nonce to `<jwt>~…~`; `key` is the one in its cnf.

    `send_alg` names sha-256 because the request named it. Transaction data without a jti is a ValueError.
    """
    transaction_data = binding.get("transaction_data", ())
    jti = binding.get("jti")
    if not held_selection.endswith("~"):
        raise ValueError("a selection ends with a tilde")
    if transaction_data and not jti:
        raise ValueError("a signature under transaction data needs a jti")
    claims: dict[str, Any] = {
        **binding.get("parameters", {}),
        "iat": to_numeric_date(iat),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest(held_selection),
    }
    if jti:
        claims["jti"] = jti
    if transaction_data:
        claims[HASHES] = transaction_hashes(transaction_data)
        if binding.get("send_alg"):
            claims[ALGORITHM] = SHA_256
    return held_selection + sign_payload(strict_json.dumps_plain(claims), protected=_PROTECTED, key=key)
