"""What a request asks, who asks it, and where an answer may lead."""

from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from consent.mandate import Mandate, decode_mandate
from consent.scope import covers_exactly
from consent.screen import Asker
from openid4vc import urls
from openid4vc.errors import InvalidTransactionData
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.request_object import VerifiedRequest
from wallet.domain.refusals import RequestUnusable

MAX_LINK = 16 * 1024


def invocation_parameters(link: str) -> dict[str, str]:
    """Return the parameters of a request link of any scheme, each given once (OpenID4VP 1.0, 5.10)."""
    if len(link) > MAX_LINK:
        raise RequestUnusable
    try:
        pairs = parse_qsl(
            urlsplit(link).query, keep_blank_values=True, strict_parsing=True, max_num_fields=32
        )
    except ValueError as cause:
        raise RequestUnusable from cause
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise RequestUnusable
    return parameters


def asker_of(verified: VerifiedRequest) -> Asker:
    """Return who asks, by the names of the access certificate and never by names in the request."""
    names = certificate_names(verified.chain.leaf)
    return Asker(
        organisation=names.organisation,
        identifier=names.identifier,
        client_id=verified.request.client_id,
        proof=verified.request.client_id.partition(":")[0],
        answers_to=urls.split_url(verified.request.response_uri).netloc,
    )


def requested_mandate(verified: VerifiedRequest, *, now: datetime) -> Mandate | None:
    """Read the one mandate of a request; whatever else comes along or does not fit is refused."""
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
    if urls.origin(mandate.revocation_uri) != urls.origin(verified.request.response_uri):
        raise InvalidTransactionData("the mandate would be withdrawn at another place")
    return mandate


def fingerprint(verified: VerifiedRequest) -> str:
    """Return what makes a request the same request when it is opened again: who asks, and its nonce."""
    request = verified.request
    return sha256(f"{request.client_id}\x00{request.nonce}\x00{request.state or ''}".encode()).hexdigest()


def return_address(redirect_uri: str | None, *, response_uri: str) -> str | None:
    """Return where the browser may go on: http(s) at the asker's origin, or nowhere (OpenID4VP 1.0, 8.2)."""
    if redirect_uri is None:
        return None
    try:
        home = urls.origin(redirect_uri) == urls.origin(response_uri)
    except ValueError:
        return None
    return redirect_uri if home else None
