"""Our own JSON interface, for the demonstration and for developers."""

from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify
from pydantic import Field

from chassis.errors_http import api_errors
from chassis.forms import json_body
from chassis.refusals import DomainRefusal
from issuer.usecases.offer_credential import Wish, offer_credential
from issuer.usecases.revoke_credential import revoke_credential
from issuer.web.asking import ports
from issuer.web.words import problem
from openid4vc.errors import InvalidRequest
from openid4vc.messages import Array, Message, ShortText, parse_message

api = Blueprint("api", __name__, url_prefix="/api/v1")
api_errors(api)
api.register_error_handler(DomainRefusal, problem)


class OfferOrder(Message):
    """Body of POST /offers."""

    persona: ShortText
    credentials: Annotated[Array[ShortText], Field(max_length=32)]
    by_reference: bool = False
    tx_code: bool = True
    grant: Literal["pre", "code"] = "pre"
    deferred: bool = False

    def wish(self) -> Wish:
        """What the use case is asked for."""
        return Wish(
            persona=self.persona,
            configuration_ids=self.credentials,
            by_reference=self.by_reference,
            with_tx_code=self.tx_code,
            flow=self.grant,
            deferred=self.deferred,
        )


class Revocation(Message):
    """Body of POST /revocations."""

    status_uri: ShortText
    idx: Annotated[int, Field(ge=0)]


@api.post("/offers")
def make_offer() -> tuple[Response, int]:
    """Make an offer for a persona; the transaction code comes apart from the links."""
    order = parse_message(OfferOrder, json_body(), refusal=InvalidRequest)
    view = offer_credential(order.wish(), ports=ports())
    answer = jsonify(
        offer=view.link,
        wallet_link=view.wallet_link,
        tx_code=view.tx_code,
        login=view.login,
        expires_at=int(view.expires_at.timestamp()),
    )
    return answer, 201


@api.get("/personas")
def personas() -> Response:
    """Everybody who can be chosen at the mock sign-in, with what is on record about them."""
    everybody: list[dict[str, Any]] = [
        {
            "id": each.id,
            "name": each.name,
            "story": dict(each.story.by_locale()),
            "credentials": sorted(each.records),
        }
        for each in ports().personas.all
    ]
    return jsonify(personas=everybody)


@api.post("/revocations")
def revoke() -> tuple[str, int]:
    """Revoke one credential by its place in a status list."""
    wanted = parse_message(Revocation, json_body(), refusal=InvalidRequest)
    revoke_credential(wanted.status_uri, wanted.idx, ports=ports())
    return "", 204
