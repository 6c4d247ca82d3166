"""Documents that anybody may read: what a tenant is, which keys it has, what it has revoked."""

from flask import Blueprint, Response, jsonify, request

from chassis.errors_http import protocol_errors
from chassis.reuse import allow_reuse
from issuer.domain.organisation import Organisation
from issuer.domain.published import Signed
from issuer.usecases.describe_issuer import (
    LANGUAGES,
    describe_authorization_server,
    describe_issuer,
    describe_jwt_vc_issuer,
    describe_type,
    name_keys,
    sign_description,
)
from issuer.usecases.publish_status_list import name_status_lists, publish_status_list, still_published
from issuer.usecases.refusals import NotAcceptable, TimeNotSupported
from issuer.web.asking import organisation_at, ports
from openid4vc.vci.signed_metadata import SIGNED_METADATA_MEDIA_TYPE

STATUS_LIST = "application/statuslist+jwt"
MAX_AGE = {"metadata.type_metadata": 3600, "metadata.status_list": 60}

metadata = Blueprint("metadata", __name__)
protocol_errors(metadata)


@metadata.after_request
def may_be_read_by_all(response: Response) -> Response:
    """Public and the same for everybody, so browsers of other origins may read it too."""
    if response.status_code < 400:
        response.cache_control.public = True
        response.cache_control.max_age = MAX_AGE.get(request.endpoint or "", 300)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@metadata.get("/.well-known/openid-credential-issuer/<organisation>")
def credential_issuer(organisation: str) -> Response:
    """Credential issuer metadata, plain or signed, in the languages asked for (OpenID4VCI 1.0, 12.2.2)."""
    languages = _languages()
    response = METADATA_FORMS[_metadata_form()](organisation_at(organisation), languages)
    response.vary.update(("Accept", "Accept-Language"))
    if languages != LANGUAGES:
        response.content_language.update(languages)
    return response


def _plain_metadata(organisation: Organisation, languages: tuple[str, ...]) -> Response:
    return jsonify(describe_issuer(organisation, ports=ports(), languages=languages).to_json())


def _signed_metadata(organisation: Organisation, languages: tuple[str, ...]) -> Response:
    signed = sign_description(organisation, ports=ports(), languages=languages)
    return Response(signed, content_type=SIGNED_METADATA_MEDIA_TYPE)


METADATA_FORMS = {"application/json": _plain_metadata, SIGNED_METADATA_MEDIA_TYPE: _signed_metadata}


def _metadata_form() -> str:
    """Plain unless the signed form is preferred by name: JSON is always there (12.2.2)."""
    signed = request.accept_mimetypes[SIGNED_METADATA_MEDIA_TYPE]
    named = SIGNED_METADATA_MEDIA_TYPE in (name for name, _ in request.accept_mimetypes)
    plain = request.accept_mimetypes["application/json"]
    return SIGNED_METADATA_MEDIA_TYPE if named and signed > 0 and signed >= plain else "application/json"


def _languages() -> tuple[str, ...]:
    """The one that is preferred, or all where none of ours is named (RFC 9110, 12.5.4)."""
    named = [name.partition("-")[0].lower() for name, quality in request.accept_languages if quality > 0]
    return next(((name,) for name in named if name in LANGUAGES), LANGUAGES)


@metadata.get("/.well-known/oauth-authorization-server/<organisation>")
def authorization_server(organisation: str) -> Response:
    """Authorization server metadata (RFC 8414, 3.1)."""
    return jsonify(describe_authorization_server(organisation_at(organisation), ports=ports()).to_json())


@metadata.get("/.well-known/jwt-vc-issuer/<organisation>")
def jwt_vc_issuer(organisation: str) -> Response:
    """JWT VC issuer metadata (SD-JWT VC, 4)."""
    return jsonify(describe_jwt_vc_issuer(organisation_at(organisation), ports=ports()))


@metadata.get("/<organisation>/jwks")
def jwks(organisation: str) -> Response:
    """Key set (RFC 7517, 5)."""
    return jsonify(name_keys(organisation_at(organisation), ports=ports()))


@metadata.get("/<organisation>/vct/<type_name>/1")
def type_metadata(organisation: str, type_name: str) -> Response:
    """Type metadata, byte for byte what vct#integrity pins (SD-JWT VC, 5)."""
    document = describe_type(organisation_at(organisation), type_name, ports=ports())
    return Response(document, content_type="application/json")


@metadata.get("/<organisation>/statuslists")
def status_lists(organisation: str) -> Response:
    """Status list aggregation (Token Status List, 9)."""
    return jsonify(status_lists=name_status_lists(organisation_at(organisation), ports=ports()))


@metadata.get("/<organisation>/statuslists/<int:number>")
def status_list(organisation: str, number: int) -> Response:
    """Status list token (Token Status List, 8)."""
    _require_acceptable()
    tenant, asked = organisation_at(organisation), ports()
    signed = publish_status_list(tenant, number, ports=asked)
    allow_reuse(lambda: still_published(tenant, number, signed, ports=asked))
    return _conditional(signed)


def _require_acceptable() -> None:
    """No Accept accepts everything (RFC 9110, 12.5.1)."""
    if request.accept_mimetypes and not request.accept_mimetypes.quality(STATUS_LIST):
        raise NotAcceptable
    if "time" in request.args:
        raise TimeNotSupported


def _conditional(signed: Signed) -> Response:
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(signed.packed if packed else signed.token, content_type=STATUS_LIST)
    response.set_etag(signed.etag, weak=packed)
    response.vary.update(("Accept", "Accept-Encoding"))
    if packed:
        response.content_encoding = "gzip"
    response.make_conditional(request)
    return response
