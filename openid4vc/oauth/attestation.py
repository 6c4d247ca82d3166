"""A wallet proves what it is: client attestation and proof of possession (draft -07; read also as -11)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from cryptography import x509

from openid4vc.errors import (
    CheckFailed,
    InvalidClient,
    InvalidClientAttestation,
    Malformed,
    UseAttestationChallenge,
)
from openid4vc.jose.jws import VerifiedJws, parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from openid4vc.jose.strict_json import Json
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c

ATTESTATION_TYP = "oauth-client-attestation+jwt"
POP_TYP = "oauth-client-attestation-pop+jwt"
ATTESTATION_HEADER = "OAuth-Client-Attestation"
POP_HEADER = "OAuth-Client-Attestation-PoP"
CHALLENGE_HEADER = "OAuth-Client-Attestation-Challenge"
CLIENT_AUTHENTICATION = "attest_jwt_client_auth"
MAX_AGE = timedelta(seconds=300)
MAX_AHEAD = timedelta(seconds=60)
MAX_JWT = 16 * 1024
MAX_JTI = 512


class AttestationExtras(TypedDict, total=False):
    """What a wallet provider may add; nothing of it may tell one instance from another."""

    iss: str
    iat: datetime
    wallet_name: str
    wallet_version: str
    wallet_link: str
    status: Mapping[str, Json]
    client_status: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ClientAttestation:
    """The two headers as a client sent them; nothing about them is known yet."""

    attestation: str
    pop: str

    @classmethod
    def from_headers(cls, attestations: Sequence[str], pops: Sequence[str]) -> "ClientAttestation":
        """Take all values of both headers: none is InvalidClient, other than one each is refused (6.1).

        InvalidClientAttestation for a header that is missing or doubled.
        """
        if not attestations and not pops:
            raise InvalidClient("client authentication by attestation is needed")
        if len(attestations) != 1 or len(pops) != 1:
            raise InvalidClientAttestation("each attestation header is needed exactly once")
        return cls(attestations[0], pops[0])

    def headers(self) -> dict[str, str]:
        """The two headers as a wallet sends them."""
        return {ATTESTATION_HEADER: self.attestation, POP_HEADER: self.pop}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClient:
    """A wallet that its provider vouches for and that holds `key`; `jti` still has to be spent.

    `claims` are the provider's; `chain` tells which provider; a `status` in them is the caller's to check.
    """

    client_id: str
    key: PublicKey
    jti: str
    challenge: str | None
    chain: VerifiedChain
    claims: Mapping[str, Any]

    @property
    def thumbprint(self) -> str:
        """What refresh tokens are bound to (draft -07, 10.3)."""
        return self.key.thumbprint()


def make_client_attestation(
    instance: PublicKey,
    *,
    client_id: str,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    exp: datetime,
    **extras: Unpack[AttestationExtras],
) -> str:
    """The wallet provider vouches for the holder of `instance`, until `exp` (5.1; OpenID4VCI 1.0, App. E)."""
    claims: dict[str, Any] = {"sub": client_id, **extras, "exp": to_numeric_date(exp)}
    if "iat" in extras:
        claims["iat"] = to_numeric_date(extras["iat"])
    claims["cnf"] = {"jwk": instance.jwk()}
    return sign_jws(claims, typ=ATTESTATION_TYP, key=key, header={"x5c": encode_x5c(chain)})


def make_attestation_pop(
    key: SigningKey, *, client_id: str, audience: str, iat: datetime, jti: str, challenge: str | None = None
) -> str:
    """Sign for the authorization server whose issuer identifier is `audience`; `jti` new each time (5.2)."""
    claims: dict[str, Any] = {"iss": client_id, "aud": audience, "jti": jti, "iat": to_numeric_date(iat)}
    if challenge is not None:
        claims["challenge"] = challenge
    return sign_jws(claims, typ=POP_TYP, key=key)


def verify_client_attestation(
    unverified: ClientAttestation,
    *,
    expected_audience: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    expected_client_id: str | None = None,
    accepted_challenges: Container[str] | None = None,
) -> VerifiedClient:
    """Check both JWTs (9); `expected_client_id` where the request names one.

    InvalidClientAttestation; UseAttestationChallenge for a good one without one of `accepted_challenges`
    (None: no challenge is asked). `jti` must be spent by the caller for MAX_AGE + MAX_AHEAD.
    """
    try:
        client = _verified(unverified, expected_audience, anchors, now)
    except (Malformed, CheckFailed) as cause:
        raise InvalidClientAttestation("the client attestation does not hold") from cause
    if expected_client_id not in (None, client.client_id):
        raise InvalidClientAttestation("the client attestation is of another client")
    if accepted_challenges is not None and (
        client.challenge is None or client.challenge not in accepted_challenges
    ):
        raise UseAttestationChallenge("the attestation must carry the challenge in this answer")
    return client


def _verified(
    unverified: ClientAttestation, audience: str, anchors: Sequence[x509.Certificate], now: datetime
) -> VerifiedClient:
    if max(len(unverified.attestation), len(unverified.pop)) > MAX_JWT:
        raise Malformed("a client attestation that is too long")
    attestation, chain = _attested(unverified.attestation, anchors, now)
    client_id = _text(attestation, "sub")
    key = _instance(attestation)
    pop = verify_jws(parse_jws(unverified.pop, expected_typ=POP_TYP), key=key, check="attestation_pop")
    _check_pop(pop.claims, client_id, audience, now)
    challenge = _text(pop.claims, "challenge") if "challenge" in pop.claims else None
    return VerifiedClient(
        client_id=client_id,
        key=key,
        jti=_text(pop.claims, "jti"),
        challenge=challenge,
        chain=chain,
        claims=attestation,
    )


def _attested(
    jwt: str, anchors: Sequence[x509.Certificate], now: datetime
) -> tuple[Mapping[str, Any], VerifiedChain]:
    """The provider's word, under a chain to somebody we trust for that; it must have an end."""
    unverified = parse_jws(jwt, expected_typ=ATTESTATION_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=now)
    verified: VerifiedJws = verify_jws(unverified, key=chain.key, check="attestation_signature")
    if check_times(verified.claims, now=now) is None:
        raise Malformed("a client attestation has an exp")
    if "iss" in verified.claims:
        _text(verified.claims, "iss")
    return verified.claims, chain


def _instance(attestation: Mapping[str, Any]) -> PublicKey:
    match attestation.get("cnf"):
        case {"jwk": dict(jwk)}:
            return PublicKey.from_jwk(jwk)
    raise Malformed("a client attestation has a cnf with a jwk")


def _check_pop(claims: Mapping[str, Any], client_id: str, audience: str, now: datetime) -> None:
    """The issuer of the proof is absent since -08, and the client before that."""
    if claims.get("iss", client_id) != client_id:
        raise CheckFailed("attestation_pop_issuer", "the proof is of another client")
    if claims.get("aud") not in (audience, [audience]):
        raise CheckFailed("attestation_pop_audience", "the proof is for somebody else")
    issued = from_numeric_date(claims.get("iat"))
    if not now - MAX_AGE <= issued <= now + MAX_AHEAD:
        raise CheckFailed("attestation_pop_age", "iat is outside the window")
    check_times(claims, now=now)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= (MAX_JTI if name == "jti" else 2048):
        raise Malformed(f"{name} is not a text of the right length")
    return value
