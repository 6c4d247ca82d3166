"""What a developer orders: a question, and how it shall travel."""

from dataclasses import dataclass
from typing import Any, Literal

from openid4vc.dcql.query import DcqlQuery, check_own_query, parse_dcql
from openid4vc.errors import InvalidRequest
from openid4vc.jose import strict_json
from openid4vc.vp.client_id import X509_HASH
from verifier.domain.presentation import Manner
from verifier.domain.refusals import MandateOnOneDevice

CHOICES: dict[str, tuple[Any, ...]] = {
    "mode": ("direct_post", "direct_post.jwt"),
    "method": ("get", "post"),
    "prefix": ("x509_hash", "x509_san_dns"),
    "same_device": (True, False),
    "mandate": (True, False),
}
Method = Literal["get", "post"]


@dataclass(frozen=True, slots=True)
class PresentationOrder:
    """One request to make; without a query it is for the mandate of the desk's own service.

    `purpose` names one of the desk's purposes, whose registration shall go along.
    """

    query: DcqlQuery | None
    manner: Manner
    method: Method
    purpose: str | None = None

    @classmethod
    def from_json(cls, body: bytes, *, default_mode: str) -> "PresentationOrder":
        """Read the members; an unknown one, and a query that no wallet should accept, is InvalidRequest."""
        members = strict_json.loads_object(body)
        unknown = members.keys() - CHOICES.keys() - {"query", "purpose"}
        if unknown:
            raise InvalidRequest(f"unknown members; known are query, purpose, {', '.join(CHOICES)}")
        mandate = _choice(members, "mandate", False)
        manner = Manner(
            prefix=_choice(members, "prefix", X509_HASH),
            response_mode=_choice(members, "mode", default_mode),
            same_device=_choice(members, "same_device", mandate),
        )
        if mandate and not manner.same_device:
            raise MandateOnOneDevice
        method = _choice(members, "method", "post")
        return cls(_query(members, mandate), manner, method, _purpose(members, mandate))


@dataclass(frozen=True, slots=True)
class MandateOrder:
    """How a mandate is asked; a question of the caller's own may ask what its purpose allows and no more."""

    query: DcqlQuery | None = None
    manner: Manner | None = None
    method: Method = "post"

    @classmethod
    def from_json(cls, body: bytes) -> "MandateOrder":
        """Only `query` is read, where it is there."""
        members = strict_json.loads_object(body)
        return cls(_query(members, mandate=False)) if "query" in members else cls()


AS_REGISTERED = MandateOrder()


def _choice(members: dict[str, Any], name: str, default: Any) -> Any:
    """One of the values that the member may have, by type as well."""
    value = members.get(name, default)
    if not any(value is known or (isinstance(value, str) and value == known) for known in CHOICES[name]):
        allowed = ", ".join(str(known).lower() for known in CHOICES[name])
        raise InvalidRequest(f"{name} must be one of {allowed}")
    return value


def _purpose(members: dict[str, Any], mandate: bool) -> str | None:
    """The name of a purpose; whether the desk has it is for who asks the question."""
    if "purpose" not in members:
        return None
    if mandate or not isinstance(members["purpose"], str):
        raise InvalidRequest("purpose is a text; a mandate brings its own")
    return str(members["purpose"])


def _query(members: dict[str, Any], mandate: bool) -> DcqlQuery | None:
    if mandate:
        if "query" in members:
            raise InvalidRequest("a mandate brings its own query")
        return None
    if not isinstance(members.get("query"), dict):
        raise InvalidRequest("query must be a DCQL query as an object, unless mandate is true")
    try:
        query = parse_dcql(members["query"])
        check_own_query(query)
    except ValueError as cause:
        raise InvalidRequest(f"query: {cause}") from cause
    return query
