"""Who asks, by what proved it and never by names in the request, and the mandate it asks for."""

from dataclasses import dataclass
from datetime import datetime

from consent.advice import AdviceQuestion, decode_advice, is_advice
from consent.mandate import Mandate, decode_mandate
from consent.scope import covers_exactly
from openid4vc.errors import InvalidTransactionData
from openid4vc.trust.certificates import certificate_names
from openid4vc.urls import origin, split_url
from openid4vc.vp.attested_request import AttestedRequest
from openid4vc.vp.request_object import VerifiedRequest
from openid4vc.vp.sender import AnyRequest


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as its certificate says, how that was proven, and the host that gets the answer.

    Without a certificate there is no `identifier`: the name is an attester's word (`vouched_by`), or only
    the host itself, about which nobody says anything.
    """

    organisation: str
    identifier: str
    client_id: str
    proof: str
    answers_to: str
    vouched_by: str = ""


def asker_of(asked: AnyRequest) -> Asker:
    """The sender of a request; no name in the request itself counts (ARF, RPA_05)."""
    host = split_url(asked.request.response_uri).netloc
    organisation, identifier, vouched_by = host, "", ""
    if isinstance(asked, VerifiedRequest):
        names = certificate_names(asked.chain.leaf)
        organisation, identifier = names.organisation, names.identifier
    elif isinstance(asked, AttestedRequest):
        organisation, vouched_by = asked.attestation.subject, asked.attestation.issuer
    client_id = asked.request.client_id
    return Asker(
        organisation=organisation,
        identifier=identifier,
        client_id=client_id,
        proof=client_id.partition(":")[0],
        answers_to=host,
        vouched_by=vouched_by,
    )


def requested_advice(asked: AnyRequest) -> AdviceQuestion | None:
    """The question for advice of a request; InvalidTransactionData for one about cards that are not asked."""
    entries = asked.request.transaction_data
    if len(entries) != 1 or not is_advice(entries[0]):
        return None
    advice = decode_advice(entries[0])
    if not set(advice.credential_ids) <= set(asked.request.dcql_query.ids):
        raise InvalidTransactionData("advice about cards that are not asked")
    return advice


def requested_mandate(asked: AnyRequest, *, now: datetime) -> Mandate | None:
    """The one mandate of a request, None where none is asked; InvalidTransactionData if it misleads.

    At most one act a request, asked by who would do it and has a certificate to show for that, for
    exactly the data asked, still in force, and withdrawn at the place that gets the answer.
    """
    entries = asked.request.transaction_data
    if not entries or requested_advice(asked) is not None:
        return None
    if len(entries) > 1:
        raise InvalidTransactionData("one request, one mandate")
    mandate = decode_mandate(entries[0])
    asker = asker_of(asked)
    if not asker.identifier or (mandate.mandatary.id, mandate.mandatary.name) != (
        asker.identifier,
        asker.organisation,
    ):
        raise InvalidTransactionData("the mandate is for somebody else than who asks")
    if not covers_exactly(mandate, asked.request.dcql_query):
        raise InvalidTransactionData("the mandate names other data than the question")
    if mandate.ends() <= now:
        raise InvalidTransactionData("the mandate has expired")
    if origin(mandate.revocation_uri) != origin(asked.request.response_uri):
        raise InvalidTransactionData("the mandate would be withdrawn at another place")
    return mandate
