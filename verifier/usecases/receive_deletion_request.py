"""A request for erasure comes in: from whom signed the grant, about a mandate of this register, once."""

from consent.erasure import unverified_mandate_id, verify_deletion_request
from consent.mandate import decode_mandate
from openid4vc.errors import CheckFailed, Malformed
from verifier.domain.erasure import DeletionEntry
from verifier.domain.rights_refusals import (
    DeletionAlreadyRequested,
    MalformedRightsMessage,
    UnknownRightsRequest,
)
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate, grantor_of
from verifier.usecases.hear_grantor import refusing

RIGHTS = "/rights"


def receive_deletion_request(statement: str, *, ports: Ports) -> DeletionEntry:
    """Steps 1 to 5 of docs/flows/rights.md; the same request once more gets the same answer (DATA_DLT_07).

    A signed presentation cannot lose one field, so this desk takes requests for everything of a mandate.
    """
    now = ports.clock()
    try:
        mandate_id = unverified_mandate_id(statement)
    except (CheckFailed, Malformed) as cause:
        raise MalformedRightsMessage from cause
    entry = find_mandate(mandate_id, now=now, ports=ports)
    with refusing("deletion_refused", mandate_id, ports=ports):
        request = verify_deletion_request(
            statement,
            grantor=grantor_of(entry),
            expected_audience=rights_address(ports),
            expected_party=decode_mandate(entry.transaction_data).mandatary.id,
            now=now,
        ).request
    if not request.everything:
        raise MalformedRightsMessage
    received = DeletionEntry(request.request_id, mandate_id, request.to_json(), now)
    if ports.store.deletion_requests.receive(received):
        ports.audit("deletion_requested", mandate=mandate_id, request=received.id)
        return received
    return _same(received, ports)


def read_deletion_request(request_id: str, *, ports: Ports) -> DeletionEntry:
    """Where it stands, for who knows its id: 128 bits that only the sender and this desk have."""
    found = ports.store.deletion_requests.find(request_id)
    if found is None:
        raise UnknownRightsRequest
    return found


def rights_address(ports: Ports) -> str:
    """Where the registration certificate sends citizens with a request (TS7, 3.2)."""
    return f"{ports.addresses.own}{RIGHTS}"


def _same(received: DeletionEntry, ports: Ports) -> DeletionEntry:
    """Another request about this mandate is open, unless it is this very one."""
    known = ports.store.deletion_requests.find(received.id)
    if known is None or (known.mandate_id, known.request) != (received.mandate_id, received.request):
        raise DeletionAlreadyRequested
    return known
