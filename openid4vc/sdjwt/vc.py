"""SD-JWT VC: the credential profile of SD-JWT, and whom to believe for it (OpenID4VP 1.0, 8.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509

from openid4vc.dcql.path import ConcretePath
from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.x5c import VerifiedChain, parse_x5c, verify_x5c
from openid4vc.sdjwt.disclosure import SplitSdJwt, digest, split_sd_jwt
from openid4vc.sdjwt.verify import KeyBinding, VerifiedSdJwt, verify_key_binding, verify_sd_jwt
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import certificate_names

__all__ = [
    "CREDENTIAL_TYP",
    "NEVER_DISCLOSABLE",
    "KeyBinding",
    "StatusReference",
    "VerifiedCredential",
    "verify_issued",
    "verify_presentation",
]

CREDENTIAL_TYP = "dc+sd-jwt"
# These decide over validity, so a holder may not choose whether to show them (SD-JWT VC, 2.2.2.3).
NEVER_DISCLOSABLE = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a credential's status is kept (Token Status List, 6.2)."""

    uri: str
    idx: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCredential:
    """A credential that held in every respect but its status; `claims` holds only what is disclosed."""

    vct: str
    issuer: TrustedIssuer
    claims: Mapping[str, Any]
    holder_key: PublicKey | None
    status: StatusReference | None
    chain: VerifiedChain
    expires_at: datetime | None
    jti: str | None
    disclosed: tuple[ConcretePath, ...]
    issued_jwt_digest: str


@dataclass(frozen=True, slots=True)
class _IssuerSide:
    """What the issuer vouches for; nothing is known yet about who shows it."""

    sd_jwt: VerifiedSdJwt
    chain: VerifiedChain
    issuer: TrustedIssuer
    status: StatusReference | None
    holder_key: PublicKey | None


def verify_presentation(
    presentation: str,
    *,
    trusted: TrustedIssuers,
    expected_vcts: Collection[str],
    expected_binding: KeyBinding,
    now: datetime,
) -> VerifiedCredential:
    """Verify what a wallet sent, key binding always required; steps refuse with CheckFailed or Malformed.

    Left to the caller, afterwards: the status, the query, one person over several credentials, replay.
    """
    split = split_sd_jwt(presentation)
    side = _verify_issuer_side(split, trusted=trusted, expected_vcts=expected_vcts, now=now)
    if side.holder_key is None:
        raise CheckFailed("cnf", "a credential that is bound to no key")
    binding = verify_key_binding(split, holder=side.holder_key, expected=expected_binding)
    return _verified(split, side, jti=binding.jti)


def verify_issued(
    sd_jwt: str,
    *,
    trusted: TrustedIssuers,
    expected_vct: str,
    expected_holder: PublicKey,
    now: datetime,
) -> VerifiedCredential:
    """Verify what an issuer gave this holder (RFC 9901, 7.2); steps refuse with CheckFailed or Malformed."""
    split = split_sd_jwt(sd_jwt)
    if split.key_binding_jwt is not None:
        raise CheckFailed("key_binding_unexpected", "an issuer cannot bind for the holder")
    side = _verify_issuer_side(split, trusted=trusted, expected_vcts={expected_vct}, now=now)
    if side.holder_key != expected_holder:
        raise CheckFailed("cnf", "a credential that is not bound to the expected key")
    return _verified(split, side, jti=None)


def _verify_issuer_side(
    split: SplitSdJwt, *, trusted: TrustedIssuers, expected_vcts: Collection[str], now: datetime
) -> _IssuerSide:
    # The header: type, algorithm, no extensions.
    unverified = parse_jws(split.issuer_jwt, expected_typ=CREDENTIAL_TYP)
    # The key: a path to an anchor of somebody who may issue one of these types.
    chain = verify_x5c(parse_x5c(unverified.header), anchors=_anchors(trusted, expected_vcts), now=now)
    # Signature, digests, disclosures and times.
    sd_jwt = verify_sd_jwt(unverified, split.disclosures, key=chain.key, now=now)
    _require_plain(sd_jwt)
    # The type, and whether this very issuer may issue it.
    issuer = _authorised_issuer(sd_jwt.claims, chain, trusted, expected_vcts)
    status = _status_reference(sd_jwt.claims)
    # The profile: a credential that neither ends nor can be revoked is none.
    if sd_jwt.expires_at is None and status is None:
        raise CheckFailed("validity_unlimited", "neither exp nor status")
    return _IssuerSide(sd_jwt, chain, issuer, status, _holder_key(sd_jwt.claims))


def _verified(split: SplitSdJwt, side: _IssuerSide, *, jti: str | None) -> VerifiedCredential:
    return VerifiedCredential(
        vct=side.sd_jwt.claims["vct"],
        issuer=side.issuer,
        claims=side.sd_jwt.claims,
        holder_key=side.holder_key,
        status=side.status,
        chain=side.chain,
        expires_at=side.sd_jwt.expires_at,
        jti=jti,
        disclosed=side.sd_jwt.disclosed,
        issued_jwt_digest=digest(split.issuer_jwt),
    )


def _anchors(trusted: TrustedIssuers, vcts: Collection[str]) -> list[x509.Certificate]:
    issuers = (issuer for vct in vcts for issuer in trusted.for_vct(vct))
    return list(dict.fromkeys(anchor for issuer in issuers for anchor in issuer.anchors))


def _require_plain(sd_jwt: VerifiedSdJwt) -> None:
    if any(place[0] in NEVER_DISCLOSABLE for place in sd_jwt.disclosed):
        raise CheckFailed("registered_claim_disclosed", "a claim that must always be visible was hidden")


def _authorised_issuer(
    claims: Mapping[str, Any], chain: VerifiedChain, trusted: TrustedIssuers, expected_vcts: Collection[str]
) -> TrustedIssuer:
    """Only the vct itself counts, never aka_vcts (SD-JWT VC, 7.7); iss is the leaf's URI name (2.5)."""
    vct = claims.get("vct")
    if not isinstance(vct, str) or vct not in expected_vcts:
        raise CheckFailed("vct", "not one of the expected types")
    names = certificate_names(chain.leaf).uris
    for issuer in trusted.for_vct(vct):
        if (
            chain.anchor in issuer.anchors
            and issuer.id in names
            and claims.get("iss", issuer.id) == issuer.id
        ):
            return issuer
    raise CheckFailed("issuer", "nobody who may issue this type")


def _status_reference(claims: Mapping[str, Any]) -> StatusReference | None:
    """One status list and nothing beside it (HAIP 1.0, 6.1); anything else refuses."""
    if "status" not in claims:
        return None
    match claims["status"]:
        case {"status_list": {"idx": int(idx), "uri": str(uri)}, **others} if (
            not others and type(idx) is int and idx >= 0 and uri
        ):
            return StatusReference(uri, idx)
    raise CheckFailed("status_reference", "not a reference to one status list")


def _holder_key(claims: Mapping[str, Any]) -> PublicKey | None:
    """Only a key by value: what would have to be looked up elsewhere refuses (HAIP 1.0, 6.1)."""
    if "cnf" not in claims:
        return None
    confirmation = claims["cnf"]
    if not isinstance(confirmation, dict) or not isinstance(confirmation.get("jwk"), dict):
        raise CheckFailed("cnf", "cnf without a jwk")
    return PublicKey.from_jwk(confirmation["jwk"])
