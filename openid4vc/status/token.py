"""The signed form of a status list, and whose signature counts (Token Status List, 5.1, 8.3, 11.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypedDict, Unpack

from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jws import encoded_header, parse_jws, sign_payload, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, to_numeric_date
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.status.status_list import StatusList

STATUS_LIST_TYP = "statuslist+jwt"
STATUS_LIST_MEDIA_TYPE = "application/statuslist+jwt"
DEFAULT_TTL = 900
MIN_TTL = 30
MAX_TTL = 86400


class Lifetime(TypedDict):
    """When the list was signed, when it dies, and after how many seconds to ask again."""

    iat: datetime
    exp: datetime
    ttl: int


@dataclass(frozen=True, slots=True)
class VerifiedStatusList:
    """Statuses under the signature of the credential's own issuer; of no use from `expires_at` on.

    From `fresh_until` on the issuer has to be asked again: ttl, exp or a certificate ended (8.2).
    """

    _statuses: StatusList
    expires_at: datetime
    ttl: int
    fresh_until: datetime
    signer: PublicKey

    @property
    def size_bytes(self) -> int:
        """What remembering it costs."""
        return len(self._statuses.data)

    def status_at(self, idx: int) -> int:
        """The status at this index; outside the list is status_index."""
        return self._statuses.get(idx)


class Publishable(Protocol):
    """A list in the form that is signed: StatusList, or StatusPublication for one that changes often."""

    @property
    def bits(self) -> int:
        """How many bits a status has."""

    def compressed(self) -> str:
        """The member `lst`."""


def sign_status_list_token(
    status_list: Publishable,
    *,
    uri: str,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    **lifetime: Unpack[Lifetime],
) -> str:
    """Sign the list that is served at `uri`, with the key that signs the credentials (5.1)."""
    claims = {
        "sub": uri,
        "iat": to_numeric_date(lifetime["iat"]),
        "exp": to_numeric_date(lifetime["exp"]),
        "ttl": lifetime["ttl"],
        "status_list": {"bits": status_list.bits, "lst": status_list.compressed()},
    }
    protected = encoded_header(STATUS_LIST_TYP, {"x5c": encode_x5c(chain)})
    return sign_payload(strict_json.dumps_plain(claims), protected=protected, key=key)


def verify_status_list_token(
    token: str,
    *,
    expected_uri: str,
    expected_chain: VerifiedChain,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> VerifiedStatusList:
    """Verify the list at `expected_uri` for a credential that was verified with `expected_chain` (8.3).

    The signer must hold the issuer's own key. Refusals: those of parse_jws and verify_x5c, status_signer,
    status_signature, status_subject, expired, issued_in_future, not_yet_valid; Malformed.
    """
    unverified = parse_jws(token, expected_typ=STATUS_LIST_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=now)
    if chain.key != expected_chain.key:
        raise CheckFailed("status_signer", "not signed by the issuer of the credential")
    claims = verify_jws(unverified, key=chain.key, check="status_signature").claims
    if claims.get("sub") != expected_uri:
        raise CheckFailed("status_subject", "the list of another address")
    if "iat" not in claims:
        raise Malformed("a status list token has an iat")
    expires_at = check_times(claims, now=now) or now + timedelta(seconds=MAX_TTL)
    if expires_at <= now:
        raise CheckFailed("expired", "a status list is not used a moment longer")
    ttl = _ttl(claims)
    fresh_until = min(expires_at, chain.expires_at, now + timedelta(seconds=ttl))
    return VerifiedStatusList(_statuses(claims), expires_at, ttl, fresh_until, chain.key)


def _statuses(claims: Mapping[str, Any]) -> StatusList:
    match claims.get("status_list"):
        case {"bits": int(bits), "lst": str(lst)}:
            return StatusList.from_lst(lst, bits)
    raise Malformed("status_list is not bits and lst")


def _ttl(claims: Mapping[str, Any]) -> int:
    """An absurd wish becomes a sensible one: nobody makes us ask all the time, or never again."""
    ttl = claims.get("ttl", DEFAULT_TTL)
    if type(ttl) is not int:
        raise Malformed("ttl is not a number of seconds")
    return min(max(ttl, MIN_TTL), MAX_TTL)
