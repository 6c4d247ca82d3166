"""What machines may know of this wallet (OpenID4VP 1.0, 10; OpenID4VCI 1.0, 12.1)."""

from flask import Blueprint, Response, jsonify, url_for

from chassis.errors_http import protocol_errors
from openid4vc.vp.wallet_metadata import own_wallet_metadata
from wallet.web.entrance import ports

protocol = Blueprint("protocol", __name__)
protocol_errors(protocol)


@protocol.get("/.well-known/openid-wallet")
def wallet_metadata() -> Response:
    """Wallet metadata; the document holds nothing about anybody."""
    said = own_wallet_metadata(
        issuer=ports().client.id,
        authorization_endpoint=url_for("pages_requests.authorize", _external=True),
        prefixes=ports().verifiers.prefixes,
    )
    return jsonify(**said, credential_offer_endpoint=url_for("pages_offers.offer_link", _external=True))
