"""Somebody helps: the request is prepared under the helper's own name, and waits for the citizen."""

from dataclasses import dataclass, field

from chassis.tokens import token_hash
from verifier.domain.helping import CODE_LIVES, HelpedRequest, Helper, code_from
from verifier.domain.refusals import TooManyOpen, UnknownService
from verifier.ports import Ports


@dataclass(frozen=True, slots=True)
class Prepared:
    """The number of the request for the helper's browser, and the code for the paper."""

    id: str
    code: str = field(repr=False)


def prepare_help(service: str, helper: Helper, *, ports: Ports) -> Prepared:
    """Steps 1 and 2 of docs/flows/helping.md; nothing is asked of the citizen yet."""
    if service not in ports.town.offers:
        raise UnknownService
    now = ports.clock()
    code = code_from(ports.new_token(32))
    request = HelpedRequest(ports.new_token(16), service, helper, now, now + CODE_LIVES)
    if not ports.store.helping.prepare(request, code_hash=token_hash(code)):
        raise TooManyOpen
    ports.audit("help_prepared", helped=request.id, service=service, relation=helper.relation)
    return Prepared(request.id, code)
