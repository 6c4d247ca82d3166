"""What machines may know of this wallet (OpenID4VP 1.0, 10; OpenID4VCI 1.0, 12.1)."""

from flask import Blueprint, Response, jsonify, url_for

from chassis.errors_http import protocol_errors
from openid4vc.vp.request import VP_FORMATS

protocol = Blueprint("protocol", __name__)
protocol_errors(protocol)


@protocol.get("/.well-known/openid-wallet")
def wallet_metadata() -> Response:
    """Wallet metadata; the document holds nothing about anybody."""
    return jsonify(
        issuer=url_for("pages.home", _external=True).rstrip("/"),
        authorization_endpoint=url_for("pages_requests.authorize", _external=True),
        credential_offer_endpoint=url_for("pages_offers.offer_link", _external=True),
        response_types_supported=["vp_token"],
        response_modes_supported=["direct_post"],
        vp_formats_supported=VP_FORMATS,
        client_id_prefixes_supported=["x509_hash", "x509_san_dns"],
        request_object_signing_alg_values_supported=["ES256"],
    )
