"""Issuer metadata under a signature, for wallets that know whom to believe (OpenID4VCI 1.0, 12.2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509

from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.trust.certificates import certificate_names
from openid4vc.vci.metadata import IssuerMetadata, read_issuer_metadata

# Spelled openidvci in the standard, unlike all its other types.
SIGNED_METADATA_TYP = "openidvci-issuer-metadata+jwt"
SIGNED_METADATA_MEDIA_TYPE = "application/jwt"


@dataclass(frozen=True, slots=True)
class VerifiedIssuerMetadata:
    """Metadata that somebody we trust signed for this issuer; of no use from `expires_at` on."""

    metadata: IssuerMetadata
    chain: VerifiedChain
    expires_at: datetime | None


def sign_issuer_metadata(
    metadata: IssuerMetadata,
    *,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    iat: datetime,
    exp: datetime | None = None,
) -> str:
    """All members as top-level claims, `sub` the issuer, whom the leaf of `chain` must name (12.2.3)."""
    claims = {**metadata.to_json(), "sub": metadata.credential_issuer, "iat": to_numeric_date(iat)}
    if exp is not None:
        claims["exp"] = to_numeric_date(exp)
    return sign_jws(claims, typ=SIGNED_METADATA_TYP, key=key, header={"x5c": encode_x5c(chain)})


def verify_signed_metadata(
    jwt: str,
    *,
    expected_issuer: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    same_origin: bool = True,
) -> VerifiedIssuerMetadata:
    """Verify fetched signed metadata, then read it as plain metadata (12.2.3).

    Refusals: those of parse_jws, verify_x5c, check_times and parse_issuer_metadata, metadata_signer (the
    leaf names neither the issuer nor its host), metadata_signature, metadata_subject; Malformed.
    """
    unverified = parse_jws(jwt, expected_typ=SIGNED_METADATA_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=now)
    claims = verify_jws(unverified, key=chain.key, check="metadata_signature").claims
    _check_signer(chain, expected_issuer)
    if claims.get("sub") != expected_issuer:
        raise CheckFailed("metadata_subject", "the metadata of another issuer")
    from_numeric_date(claims.get("iat"))
    expires_at = check_times(claims, now=now)
    metadata = read_issuer_metadata(claims, expected_issuer=expected_issuer, same_origin=same_origin)
    return VerifiedIssuerMetadata(metadata, chain, expires_at)


def _check_signer(chain: VerifiedChain, issuer: str) -> None:
    """Who may sign for one issuer may not sign for all (HAIP 1.0, 4.1)."""
    names = certificate_names(chain.leaf)
    if issuer not in names.uris and urlsplit(issuer).hostname not in names.dns:
        raise CheckFailed("metadata_signer", "the certificate names neither this issuer nor its host")
