"""SD-JWT VC: the credential profile of SD-JWT, and whom to believe for it (OpenID4VP 1.0, 8.6)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from cryptography import x509

from openid4vc.dcql.path import ConcretePath
from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import UnverifiedJws, from_parts, parse_jws, three_parts
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.recent import Recent
from openid4vc.jose.x5c import VerifiedChain, parse_x5c, verify_x5c
from openid4vc.sdjwt.disclosure import SplitSdJwt, digest, split_sd_jwt
from openid4vc.sdjwt.verify import KeyBinding, verify_key_binding, verify_sd_jwt
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
MAX_SIGNERS = 256
MAX_HEADER = 16 * 1024
# These decide over validity, so a holder may not choose whether to show them (SD-JWT VC, 2.2.2.3).
NEVER_DISCLOSABLE = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


class StatusReference(NamedTuple):
    """Where a credential's status is kept (Token Status List, 6.2)."""

    uri: str
    idx: int


class VerifiedCredential(NamedTuple):
    """A credential that held in every respect but its status; `claims` holds only what is disclosed.

    `binding` is what the holder signed, parameters of a type of transaction data included (VP 1.0, B.3.3).
    """

    vct: str
    issuer: TrustedIssuer
    claims: Mapping[str, Any]
    holder_key: PublicKey | None
    status: StatusReference | None
    chain: VerifiedChain
    expires_at: datetime | None
    disclosed: tuple[ConcretePath, ...]
    issuer_jwt: str
    jti: str | None
    binding: Mapping[str, Any] = MappingProxyType({})

    @property
    def issued_jwt_digest(self) -> str:
        """SHA-256 of what the issuer signed, base64url: the same for every presentation of one copy."""
        return digest(self.issuer_jwt)


class _Unbound(NamedTuple):
    """What the issuer vouches for, in the order of VerifiedCredential; who shows it is not known yet."""

    vct: str
    issuer: TrustedIssuer
    claims: Mapping[str, Any]
    holder_key: PublicKey | None
    status: StatusReference | None
    chain: VerifiedChain
    expires_at: datetime | None
    disclosed: tuple[ConcretePath, ...]
    issuer_jwt: str


class _KnownSigner(NamedTuple):
    """A header that was accepted, with the chain in it, for one trust list and the types asked of it."""

    trusted: TrustedIssuers
    header: dict[str, Any]
    chain: VerifiedChain


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
    unbound = _verify_issuer_side(split, trusted=trusted, expected_vcts=expected_vcts, now=now)
    if unbound.holder_key is None:
        raise CheckFailed("cnf", "a credential that is bound to no key")
    binding = verify_key_binding(split, holder=unbound.holder_key, expected=expected_binding)
    return VerifiedCredential(*unbound, binding.jti, binding.claims)


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
    unbound = _verify_issuer_side(split, trusted=trusted, expected_vcts={expected_vct}, now=now)
    if unbound.holder_key != expected_holder:
        raise CheckFailed("cnf", "a credential that is not bound to the expected key")
    return VerifiedCredential(*unbound, None)


def _verify_issuer_side(
    split: SplitSdJwt, *, trusted: TrustedIssuers, expected_vcts: Collection[str], now: datetime
) -> _Unbound:
    # The header: type, algorithm, no extensions; the key: a path to an anchor for one of these types.
    unverified, chain = _signed_by(split.issuer_jwt, trusted, frozenset(expected_vcts), now)
    # Signature, digests, disclosures and times.
    claims, disclosed, expires_at = verify_sd_jwt(unverified, split.disclosures, key=chain.key, now=now)
    if not NEVER_DISCLOSABLE.isdisjoint([place[0] for place in disclosed]):
        raise CheckFailed("registered_claim_disclosed", "a claim that must always be visible was hidden")
    # The type, and whether this very issuer may issue it.
    issuer = _authorised_issuer(claims, chain, trusted, expected_vcts)
    status = _status_reference(claims)
    # The profile: a credential that neither ends nor can be revoked is none.
    if expires_at is None and status is None:
        raise CheckFailed("validity_unlimited", "neither exp nor status")
    holder = _holder_key(claims)
    return _Unbound(
        claims["vct"], issuer, claims, holder, status, chain, expires_at, disclosed, split.issuer_jwt
    )


def _signed_by(
    jwt: str, trusted: TrustedIssuers, vcts: frozenset[str], now: datetime
) -> tuple[UnverifiedJws, VerifiedChain]:
    """Both verdicts are remembered for exactly this header and question, as long as the chain is valid.

    The trust list counts by identity; the memory holds it, so that no other list can take its number.
    """
    parts = three_parts(jwt)
    question = (parts[0], id(trusted), vcts)
    known = _signers.get(question)
    if known is not None and known.chain.not_before <= now <= known.chain.expires_at:
        return from_parts(parts, known.header), known.chain
    unverified = parse_jws(jwt, expected_typ=CREDENTIAL_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=_anchors(trusted, vcts), now=now)
    if len(question[0]) <= MAX_HEADER:
        _signers.put(question, _KnownSigner(trusted, unverified.header, chain))
    return unverified, chain


_signers: Recent[tuple[str, int, frozenset[str]], _KnownSigner] = Recent(MAX_SIGNERS)


def _anchors(trusted: TrustedIssuers, vcts: Collection[str]) -> list[x509.Certificate]:
    anchors = [anchor for vct in vcts for issuer in trusted.for_vct(vct) for anchor in issuer.anchors]
    return list({id(anchor): anchor for anchor in anchors}.values())


def _authorised_issuer(
    claims: Mapping[str, Any], chain: VerifiedChain, trusted: TrustedIssuers, expected_vcts: Collection[str]
) -> TrustedIssuer:
    """Only the vct itself counts, never aka_vcts (SD-JWT VC, 7.7); iss is the leaf's URI name (2.5)."""
    vct = claims.get("vct")
    if not isinstance(vct, str) or vct not in expected_vcts:
        raise CheckFailed("vct", "not one of the expected types")
    for issuer in trusted.for_vct(vct):
        if chain.anchor not in issuer.anchors:
            continue
        if issuer.is_open:
            return _stranger(issuer, chain, claims.get("iss"))
        if issuer.id in chain.uris and claims.get("iss", issuer.id) == issuer.id:
            return issuer
    raise CheckFailed("issuer", "nobody who may issue this type")


def _stranger(entry: TrustedIssuer, chain: VerifiedChain, iss: Any) -> TrustedIssuer:
    """Who is meant by an open entry: the URI name, or for https the host name, of the leaf (2.5)."""
    names = certificate_names(chain.leaf)
    hosts = [f"https://{host}" for host in names.dns]
    if iss is None and (names.uris or hosts):
        return entry.called((*names.uris, *hosts)[0], names.organisation)
    if isinstance(iss, str) and (iss in names.uris or any(_on_host(iss, host) for host in hosts)):
        return entry.called(iss, names.organisation)
    raise CheckFailed("issuer", "iss is not a name of the certificate")


def _on_host(iss: str, host: str) -> bool:
    return iss == host or iss.startswith((f"{host}/", f"{host}:"))


def _status_reference(claims: Mapping[str, Any]) -> StatusReference | None:
    """One status list and nothing beside it (HAIP 1.0, 6.1); anything else refuses."""
    if "status" not in claims:
        return None
    status = claims["status"]
    reference = status.get("status_list") if type(status) is dict and len(status) == 1 else None
    if type(reference) is dict:
        uri, idx = reference.get("uri"), reference.get("idx")
        if type(uri) is str and uri and type(idx) is int and idx >= 0:
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
