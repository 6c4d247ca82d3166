"""Documents that anybody may read: the issuer of receipts, its keys, which receipts ended, the schema."""

import gzip

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import protocol_errors
from consent.mandate_schema import SCHEMA_MEDIA_TYPE, mandate_schema
from openid4vc.jose import strict_json
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE
from verifier.domain.receipt_refusals import StatusListNotAcceptable, StatusTimeNotSupported
from verifier.domain.receipt_type import LANGUAGES
from verifier.usecases.describe_receipts import (
    describe_receipt_issuer,
    describe_receipt_jwt_issuer,
    describe_receipt_server,
    describe_receipt_type,
    name_receipt_keys,
)
from verifier.usecases.publish_receipt_status import name_receipt_lists, publish_receipt_status
from verifier.web.entrance import ports

receipt_documents = Blueprint("receipt_documents", __name__)
protocol_errors(receipt_documents)
SCHEMA_PATH = "/schemas/mandate/1"
MAX_AGE = {"receipt_documents.type_metadata": 3600, "receipt_documents.status_list": 60}


@receipt_documents.after_request
def may_be_read_by_all(response: Response) -> Response:
    """Public and the same for everybody, so browsers of other origins may read it too."""
    if response.status_code < 400:
        response.cache_control.public = True
        response.cache_control.max_age = MAX_AGE.get(request.endpoint or "", 300)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@receipt_documents.get("/.well-known/openid-credential-issuer/receipts")
def credential_issuer() -> Response:
    """Credential issuer metadata, in the languages asked for (OpenID4VCI 1.0, 12.2.2)."""
    languages = _languages()
    response = jsonify(describe_receipt_issuer(ports=ports(), languages=languages).to_json())
    response.vary.update(("Accept-Language",))
    if languages != LANGUAGES:
        response.content_language.update(languages)
    return response


@receipt_documents.get("/.well-known/oauth-authorization-server/receipts")
def authorization_server() -> Response:
    """Authorization server metadata (RFC 8414, 3.1)."""
    return jsonify(describe_receipt_server(ports=ports()).to_json())


@receipt_documents.get("/.well-known/jwt-vc-issuer/receipts")
def jwt_vc_issuer() -> Response:
    """JWT VC issuer metadata (SD-JWT VC, 4)."""
    return jsonify(describe_receipt_jwt_issuer(ports=ports()))


@receipt_documents.get("/receipts/jwks")
def jwks() -> Response:
    """Key set (RFC 7517, 5)."""
    return jsonify(name_receipt_keys(ports=ports()))


@receipt_documents.get("/vct/mandate-receipt/1")
def type_metadata() -> Response:
    """Type metadata, byte for byte what vct#integrity pins (SD-JWT VC, 5)."""
    return Response(describe_receipt_type(ports=ports()), content_type="application/json")


@receipt_documents.get(SCHEMA_PATH)
def schema() -> Response:
    """The mandate as JSON Schema, under the address that it names itself."""
    document = mandate_schema(f"{ports().addresses.own}{SCHEMA_PATH}")
    return Response(strict_json.dumps(document), content_type=SCHEMA_MEDIA_TYPE)


@receipt_documents.get("/receipts/statuslists")
def status_lists() -> Response:
    """Status list aggregation (Token Status List, 9)."""
    return jsonify(status_lists=name_receipt_lists(ports=ports()))


@receipt_documents.get("/receipts/statuslists/<int:number>")
def status_list(number: int) -> Response:
    """Status list token (Token Status List, 8)."""
    _require_acceptable()
    response = Response(publish_receipt_status(number, ports=ports()), content_type=STATUS_LIST_MEDIA_TYPE)
    response.add_etag()
    _compressed(response).make_conditional(request)
    return response


def _languages() -> tuple[str, ...]:
    """The one that is preferred, or all where none of ours is named (RFC 9110, 12.5.4)."""
    named = [name.partition("-")[0].lower() for name, quality in request.accept_languages if quality > 0]
    return next(((name,) for name in named if name in LANGUAGES), LANGUAGES)


def _require_acceptable() -> None:
    """No Accept accepts everything (RFC 9110, 12.5.1)."""
    if request.accept_mimetypes and not request.accept_mimetypes.quality(STATUS_LIST_MEDIA_TYPE):
        raise StatusListNotAcceptable
    if "time" in request.args:
        raise StatusTimeNotSupported


def _compressed(response: Response) -> Response:
    response.vary.update(("Accept", "Accept-Encoding"))
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.content_encoding = "gzip"
        response.set_etag(response.get_etag()[0] or "", weak=True)
    return response
