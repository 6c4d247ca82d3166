"""A statement signed by the key that granted: take the mandate back, or read the decision."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey
from verifier.domain.opt_out import OptOut

REVOCATION = "eenmalig-revocation+jwt"
READ = "eenmalig-read+jwt"
OPT_OUT = "eenmalig-opt-out+jwt"
SKEW = timedelta(seconds=60)
REVOCATION_AGE = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class VerifiedStatement:
    """The grantor said this, about this mandate, to this address."""

    mandate_id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedOptOut:
    """The grantor said this about being approached; without a channel the opt-out is taken back."""

    statement: VerifiedStatement
    opt_out: OptOut


def verify_revocation(
    compact: str, *, grantor: PublicKey, expected_audience: str, expected_mandate: str, now: datetime
) -> VerifiedStatement:
    """Fresh, with a jti; CheckFailed or Malformed otherwise."""
    claims = _verified_claims(compact, REVOCATION, grantor)
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise CheckFailed("statement_jti", "a revocation carries a jti")
    statement = _about(claims, expected_audience, expected_mandate, now)
    if statement.issued_at < now - REVOCATION_AGE:
        raise CheckFailed("statement_age", "a revocation is signed when it is asked")
    return statement


def verify_opt_out(
    compact: str, *, grantor: PublicKey, expected_audience: str, expected_mandate: str, now: datetime
) -> VerifiedOptOut:
    """Fresh, and about what and by which channels the grantor does not want to be approached."""
    claims = _verified_claims(compact, OPT_OUT, grantor)
    statement = _about(claims, expected_audience, expected_mandate, now)
    if statement.issued_at < now - REVOCATION_AGE:
        raise CheckFailed("statement_age", "an opt-out is signed when it is asked")
    return VerifiedOptOut(statement, OptOut.from_claims(claims))


def verify_read(
    compact: str, *, grantor: PublicKey, expected_audience: str, expected_mandate: str, now: datetime
) -> VerifiedStatement:
    """Signed at the grant and good until its own end; CheckFailed or Malformed otherwise."""
    claims = _verified_claims(compact, READ, grantor)
    if _seconds(claims.get("exp")) <= now:
        raise CheckFailed("statement_expired", "the statement has ended")
    return _about(claims, expected_audience, expected_mandate, now)


def _verified_claims(compact: str, typ: str, grantor: PublicKey) -> dict[str, object]:
    """Only the key of the grant counts; a key that the statement brings along is not looked at."""
    return dict(verify_jws(parse_jws(compact, expected_typ=typ), key=grantor).claims)


def _about(
    claims: dict[str, object], expected_audience: str, expected_mandate: str, now: datetime
) -> VerifiedStatement:
    if claims.get("aud") != expected_audience:
        raise CheckFailed("statement_audience", "the statement is for another address")
    if claims.get("mandate_id") != expected_mandate:
        raise CheckFailed("statement_mandate", "the statement is about another mandate")
    issued_at = _seconds(claims.get("iat"))
    if issued_at > now + SKEW:
        raise CheckFailed("statement_future", "the statement is from the future")
    return VerifiedStatement(expected_mandate, issued_at)


def _seconds(value: object) -> datetime:
    """Whole seconds since 1970 (RFC 7519, 2); anything else refuses."""
    if type(value) is not int or not 0 <= value < 1 << 33:
        raise CheckFailed("statement_time", "a time is missing or odd")
    return datetime.fromtimestamp(value, UTC)
