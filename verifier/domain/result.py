"""What became of a request, as its caller may read it."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openid4vc.dcql.query import CredentialQuery, DcqlQuery
from openid4vc.sdjwt.vc import VerifiedCredential
from verifier.domain.mandate import MandateId
from verifier.domain.presentation import SHARED, Manner, PresentationId
from verifier.domain.surplus import on_one_line

PROTOCOL_CLAIMS = ("cnf", "status", "_sd_alg")
OTHER_BROWSER = "same_browser"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands; `values` are the sealed ones, opened, once they may be seen."""

    id: PresentationId
    mandate_id: MandateId | None
    status: str
    outcome: str | None
    expires_at: datetime
    manner: Manner
    values: Mapping[str, Any] | None

    def state(self, *, now: datetime) -> str:
        """One word: requested, submitted, declined, expired or failed."""
        match self.status:
            case "requested":
                return "requested" if now < self.expires_at else "expired"
            case "rejected":
                return "failed"
        return "submitted" if self.outcome == SHARED else "declined"

    @property
    def readable(self) -> bool:
        """Across devices the secret is enough; on one device the response code comes first (13.3)."""
        return self.status == "released" or (self.status == "answered" and not self.manner.same_device)

    @property
    def checks(self) -> list[dict[str, Any]]:
        """The checks of the answer by name; the one that failed where it was thrown away."""
        if self.status == "rejected":
            return [{"name": OTHER_BROWSER, "passed": False}]
        names = (self.values or {}).get("checks", ())
        return [{"name": name, "passed": True} for name in names]

    @property
    def claims(self) -> Mapping[str, Any]:
        """What was shared, by query id; nothing before it may be read and after it was erased."""
        claims: Mapping[str, Any] = (self.values or {}).get("claims", {})
        return claims if self.readable else {}

    @property
    def told(self) -> str | None:
        """Why the citizen said no, where they chose to tell; nothing before it may be read."""
        return (self.values or {}).get("told") if self.readable else None


def shared_claims(
    by_query: Mapping[str, Sequence[VerifiedCredential]], query: DcqlQuery
) -> dict[str, list[dict[str, Any]]]:
    """What was asked and shown; what a wallet shows beyond it is forgotten here (THREATS 260)."""
    return {
        wanted.id: [_asked_only(credential, wanted) for credential in by_query[wanted.id]]
        for wanted in query.credentials
        if wanted.id in by_query
    }


def _asked_only(credential: VerifiedCredential, wanted: CredentialQuery) -> dict[str, Any]:
    asked = {claim.path for claim in wanted.claims or ()}
    claims = {
        name: deepcopy(value) for name, value in credential.claims.items() if name not in PROTOCOL_CLAIMS
    }
    surplus = [
        place
        for place in credential.disclosed
        if place not in asked and not any(on_one_line(place, path) for path in asked)
    ]
    for place in reversed(surplus):
        _remove(claims, place)
    return claims


def _remove(claims: Any, place: Sequence[str | int]) -> None:
    """Take one disclosed claim out; a parent that is gone already took it along."""
    *way, last = place
    for step in way:
        try:
            claims = claims[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(claims, dict):
        claims.pop(last, None)
    elif isinstance(claims, list) and isinstance(last, int) and last < len(claims):
        del claims[last]
