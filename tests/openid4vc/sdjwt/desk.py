"""One trusted issuer, one holder, one verifier, and credentials that are as wrong as a test wants them."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import shake_256
from itertools import count
from typing import Any

from openid4vc.dcql.path import ClaimPath
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import digest
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from tests.openid4vc.jose.authority import NOW, Signer, later, root

ISSUER_ID = "https://issuer.example/municipality"
VCT = "https://issuer.example/municipality/vct/identity/1"
AUDIENCE = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk"
NONCE = "n-0S6_WzA2Mj"
ISSUER = root().signer(ISSUER_ID)
HOLDER = SigningKey.generate()
TRUSTED = TrustedIssuers((TrustedIssuer(ISSUER_ID, "Gemeente", frozenset({VCT}), (root().certificate,)),))
BINDING = KeyBinding(
    expected_audience=AUDIENCE,
    expected_nonce=NONCE,
    not_before=later(seconds=-300),
    not_after=later(seconds=60),
)


def counting_bytes() -> Any:
    """A source of bytes that never repeats, and is the same in every test."""
    numbers = count(1)
    return lambda length: shake_256(str(next(numbers)).encode()).digest(length)


def claims(**change: Any) -> dict[str, Any]:
    """A full plain payload; `...` takes a member out."""
    valid = {
        "iss": ISSUER_ID,
        "iat": to_numeric_date(NOW),
        "exp": to_numeric_date(later(days=30)),
        "vct": VCT,
        "cnf": {"jwk": HOLDER.public.jwk()},
        "status": {"status_list": {"idx": 7, "uri": "https://issuer.example/statuslists/1"}},
        "given_name": "Noor",
        "family_name": "de Vries",
        "address": {"locality": "Voorbeeldstad", "country": "NL"},
        "nationalities": ["NL", "BE"],
    }
    return {name: value for name, value in (valid | change).items() if value is not ...}


DISCLOSABLE: tuple[ClaimPath, ...] = (
    ("given_name",),
    ("family_name",),
    ("address",),
    ("address", "locality"),
    ("nationalities", None),
)


def issue(
    payload: Mapping[str, Any] | None = None,
    disclosable: Collection[ClaimPath] = DISCLOSABLE,
    decoys: int = 2,
) -> str:
    return issue_sd_jwt_vc(
        claims() if payload is None else payload,
        disclosable=disclosable,
        key=ISSUER.key,
        chain=ISSUER.chain,
        random_bytes=counting_bytes(),
        decoys=decoys,
    )


def forge(
    payload: Mapping[str, Any], disclosures: Iterable[str] = (), *, signer: Signer = ISSUER, **header: Any
) -> str:
    """Sign any payload at all, also what issue_sd_jwt_vc refuses to make."""
    typ = header.pop("typ", "dc+sd-jwt")
    jwt = sign_jws(payload, typ=typ, key=signer.key, header={"x5c": encode_x5c(signer.chain)} | header)
    return "~".join([jwt, *disclosures, ""])


def bind(selection: str, *, key: SigningKey = HOLDER, typ: str = "kb+jwt", **change: Any) -> str:
    """Add a key binding JWT with any claims at all; `...` takes one out."""
    valid = {"iat": to_numeric_date(NOW), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(selection)}
    members = {name: value for name, value in (valid | change).items() if value is not ...}
    return selection + sign_jws(members, typ=typ, key=key)


def verify(presentation: str, **change: Any) -> VerifiedCredential:
    expected: dict[str, Any] = {
        "trusted": TRUSTED,
        "expected_vcts": {VCT},
        "expected_binding": BINDING,
        "now": NOW,
    }
    return verify_presentation(presentation, **expected | change)
