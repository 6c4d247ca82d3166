"""Release the result: only to who started, only with the code that the wallet brought back, only once."""

from collections.abc import Sequence

from chassis.tokens import same_token, token_hash
from verifier.domain.presentation import Released
from verifier.domain.refusals import OtherBrowser, ResponseCodeRefused, UnknownTransaction
from verifier.ports import Ports


def complete_in_browser(transactions: Sequence[str], response_code: str, *, ports: Ports) -> Released:
    """Steps 10 and 11 of docs/flows/mandate.md (OpenID4VP 1.0, 13.3 and 14.2)."""
    now = ports.clock()
    code_hash = token_hash(response_code)
    for transaction in transactions:
        transaction_hash = token_hash(transaction)
        waiting = ports.store.results.code_hash_of(transaction_hash)
        if waiting is None or not same_token(code_hash, waiting):
            continue
        released = ports.store.results.release(transaction_hash, code_hash=code_hash, now=now)
        if released is None:
            raise ResponseCodeRefused
        ports.audit("result_released", request=released.id, outcome=released.outcome)
        return released
    return _not_ours(code_hash, ports)


def complete_for_caller(request_id: str, transaction: str, response_code: str, *, ports: Ports) -> Released:
    """The same for a caller of the API, who names the request; a secret of another request is no secret."""
    standing = ports.store.results.standing(token_hash(transaction), now=ports.clock())
    if standing is None or standing.id != request_id or standing.mandate_id is None:
        ports.audit("release_refused", check="transaction")
        raise UnknownTransaction
    return complete_in_browser([transaction], response_code, ports=ports)


def _not_ours(code_hash: str, ports: Ports) -> Released:
    """A good code in another browser: somebody else started this, so the answer is thrown away."""
    rejected = ports.store.results.reject_foreign(code_hash=code_hash, now=ports.clock())
    if rejected is None:
        ports.audit("release_refused", check="response_code")
        raise ResponseCodeRefused
    ports.audit("release_refused", check="other_browser", request=rejected)
    raise OtherBrowser
