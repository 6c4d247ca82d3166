"""Who asks, by the names of its certificate alone, and the mandate it asks for."""

from dataclasses import dataclass
from datetime import datetime

from consent.mandate import Mandate, decode_mandate
from consent.scope import covers_exactly
from openid4vc.errors import InvalidTransactionData
from openid4vc.trust.certificates import certificate_names
from openid4vc.urls import origin, split_url
from openid4vc.vp.request_object import VerifiedRequest


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as its certificate says, how that was proven, and the host that gets the answer."""

    organisation: str
    identifier: str
    client_id: str
    proof: str
    answers_to: str


def asker_of(verified: VerifiedRequest) -> Asker:
    """The sender of a verified request; no name in the request itself counts (ARF, RPA_05)."""
    names = certificate_names(verified.chain.leaf)
    client_id = verified.request.client_id
    return Asker(
        organisation=names.organisation,
        identifier=names.identifier,
        client_id=client_id,
        proof=client_id.partition(":")[0],
        answers_to=split_url(verified.request.response_uri).netloc,
    )


def requested_mandate(verified: VerifiedRequest, *, now: datetime) -> Mandate | None:
    """The one mandate of a request, None where none is asked; InvalidTransactionData if it misleads.

    At most one act a request, asked by who would do it, for exactly the data asked, still in force,
    and withdrawn at the place that gets the answer.
    """
    entries = verified.request.transaction_data
    if not entries:
        return None
    if len(entries) > 1:
        raise InvalidTransactionData("one request, one mandate")
    mandate = decode_mandate(entries[0])
    names = certificate_names(verified.chain.leaf)
    if (mandate.mandatary.id, mandate.mandatary.name) != (names.identifier, names.organisation):
        raise InvalidTransactionData("the mandate is for somebody else than who asks")
    if not covers_exactly(mandate, verified.request.dcql_query):
        raise InvalidTransactionData("the mandate names other data than the question")
    if mandate.ends() <= now:
        raise InvalidTransactionData("the mandate has expired")
    if origin(mandate.revocation_uri) != origin(verified.request.response_uri):
        raise InvalidTransactionData("the mandate would be withdrawn at another place")
    return mandate
