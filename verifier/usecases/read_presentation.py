"""Read where a request stands, and release its result to who started it."""

from chassis.tokens import token_hash
from verifier.domain.refusals import MandateOnOneDevice, ResponseCodeRefused, UnknownPresentation
from verifier.domain.result import Standing
from verifier.ports import Ports
from verifier.usecases.complete_in_browser import complete_in_browser


def read_presentation(transaction: str, response_code: str | None, *, ports: Ports) -> Standing:
    """State for the holder of the secret; values of one device only after the response code came (13.3)."""
    standing = stands(transaction, ports=ports)
    if response_code is None:
        return standing
    complete_in_browser([transaction], response_code, ports=ports)
    return stands(transaction, ports=ports)


def stands(transaction: str, *, ports: Ports) -> Standing:
    """One look; UnknownPresentation for anything that is not the secret of a request."""
    standing = ports.store.results.standing(token_hash(transaction), now=ports.clock())
    if standing is None:
        raise UnknownPresentation
    return standing


def standing_of(request_id: str, transactions: list[str], *, ports: Ports) -> tuple[Standing, str]:
    """The request of this browser under its public id; a mandate has no page with a code to scan (P-06)."""
    for transaction in transactions:
        standing = ports.store.results.standing(token_hash(transaction), now=ports.clock())
        if standing is not None and standing.id == request_id:
            if standing.mandate_id is not None:
                raise MandateOnOneDevice
            return standing, transaction
    raise UnknownPresentation


def release_on_this_screen(transaction: str, *, ports: Ports) -> None:
    """The person at the screen says that the answer was theirs: only then it is shown (OIA_08d)."""
    released = ports.store.results.release_here(token_hash(transaction), now=ports.clock())
    if released is None:
        raise ResponseCodeRefused
    ports.audit("result_released", request=released.id, outcome=released.outcome)
