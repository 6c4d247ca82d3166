"""Whether a mandate and the question beside it speak of the same data."""

from typing import TypeAlias

from consent.mandate_document import Mandate
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import DcqlQuery

Field: TypeAlias = tuple[str, ClaimPath]


def asked_fields(query: DcqlQuery) -> frozenset[Field]:
    """Query id and path of everything that is asked, optional parts included."""
    return frozenset((wanted.id, claim.path) for wanted in query.credentials for claim in wanted.claims or ())


def mandated_fields(mandate: Mandate) -> frozenset[Field]:
    """Query id and path of everything that the mandate says goes along."""
    return frozenset((scope.query, path) for scope in mandate.data for path in scope.paths)


def covers_exactly(mandate: Mandate, query: DcqlQuery) -> bool:
    """Nothing is asked that the mandate does not name, and nothing is named that is not asked."""
    asked = asked_fields(query)
    return bool(asked) and asked == mandated_fields(mandate)
