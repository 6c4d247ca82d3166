"""Complete an offer in one go: the answer of the sign-in and the PIN together, for who has no browser."""

from wallet.domain.asking import invocation_parameters
from wallet.domain.offer import Collected, OfferId
from wallet.domain.refusals import RequestUnusable, SignInAgain
from wallet.ports import Ports
from wallet.usecases.collect_credentials import collect_credentials
from wallet.usecases.receive_code import receive_code
from wallet.usecases.sign_in import Citizen


def complete_offer(id: OfferId, redirect: str, *, pin: str, citizen: Citizen, ports: Ports) -> Collected:
    """`redirect` is the whole address that the issuer sent the browser to: ours, or it means nothing."""
    if redirect.partition("?")[0] != ports.client.redirect_uri:
        raise SignInAgain
    try:
        query = invocation_parameters(redirect)
    except RequestUnusable as cause:
        raise SignInAgain from cause
    viewer = citizen.viewer
    receive_code(query, session=citizen.session, viewer=viewer, ports=ports, id=id)
    return collect_credentials(id, pin=pin, tx_code="", viewer=viewer, ports=ports)
