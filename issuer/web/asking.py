"""What every route needs to know about a request before it calls a use case."""

from typing import cast

from flask import current_app, request

from chassis.forms import form_once, query_once
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.refusals import UnknownOrganisation
from openid4vc.errors import InvalidRequest, InvalidToken


def ports() -> Ports:
    """The ports of the running application."""
    return cast(Ports, current_app.extensions["ports"])


def organisation_at(path: str) -> Organisation:
    """The tenant in the address."""
    organisation = ports().organisations.get(path)
    if organisation is None:
        raise UnknownOrganisation
    return organisation


def token_form() -> dict[str, str]:
    """Fields of a token request: in the body, each once, and none in the address (RFC 6749, 3.2)."""
    if request.query_string:
        raise InvalidRequest("parameters belong in the body")
    return form_once()


def bearer_token() -> str:
    """The access token from its header; one in the address is refused, whatever it is (RFC 6750, 2.3)."""
    if "access_token" in query_once():
        raise InvalidToken("an access token never belongs in the address")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("a bearer token is needed")
    return token.strip()
