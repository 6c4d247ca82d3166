"""How a request comes in, how it is recognised, and where an answer may lead."""

from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from openid4vc import urls
from openid4vc.vp.sender import AnyRequest
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


def fingerprint(asked: AnyRequest) -> str:
    """Return what makes a request the same request when it is opened again: who asks, and its nonce."""
    request = asked.request
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
