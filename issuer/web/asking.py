"""What every route needs to know about a request before it calls a use case."""

from typing import cast

from flask import current_app, request

from chassis.forms import form_once, query_once, require_content_type
from issuer.domain.caller import Caller, Presented
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.open_message import Posted
from issuer.usecases.refusals import UnknownOrganisation
from openid4vc.errors import InvalidRequest, InvalidToken
from openid4vc.oauth.attestation import ATTESTATION_HEADER, POP_HEADER
from openid4vc.oauth.dpop import DPOP_HEADER
from openid4vc.oauth.resource import parse_authorization
from openid4vc.vci.encryption import ENCRYPTED_MEDIA_TYPE


def ports() -> Ports:
    """The ports of the running application."""
    return cast(Ports, current_app.extensions["ports"])


def organisation_at(path: str) -> Organisation:
    """The tenant in the address."""
    organisation = ports().organisations.get(path)
    if organisation is None:
        raise UnknownOrganisation
    return organisation


def oauth_form() -> dict[str, str]:
    """Fields of a token or pushed request: in the body, each once, none in the address (RFC 6749, 3.2)."""
    if request.query_string:
        raise InvalidRequest("parameters belong in the body")
    return form_once()


def caller() -> Caller:
    """What came beside a request to the authorization server to prove who sends it."""
    return Caller(
        endpoint=_address(),
        attestations=header_values(ATTESTATION_HEADER),
        attestation_pops=header_values(POP_HEADER),
        dpop_proofs=header_values(DPOP_HEADER),
    )


def presented_token() -> Presented:
    """The access token from its header; one in the address is refused, whatever it is (RFC 6750, 2.3)."""
    if "access_token" in query_once():
        raise InvalidToken("an access token never belongs in the address")
    token = parse_authorization(header_values("Authorization"))
    return Presented(endpoint=_address(), token=token, dpop_proofs=header_values(DPOP_HEADER))


def message_body() -> Posted:
    """A JSON body, or the same encrypted (OpenID4VCI 1.0, 8.2)."""
    require_content_type("application/json", ENCRYPTED_MEDIA_TYPE)
    return Posted(request.get_data(cache=True), encrypted=request.mimetype == ENCRYPTED_MEDIA_TYPE)


def header_values(name: str) -> tuple[str, ...]:
    """All values of a header; servers join doubled ones with a comma, and ours never hold one."""
    line = request.headers.get(name)
    return () if line is None else tuple(part.strip() for part in line.split(","))


def _address() -> str:
    """This address as peers know it, whatever the server was told (RFC 9449, 4.3)."""
    return f"{ports().public_url}{request.path}"
