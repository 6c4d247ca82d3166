"""Metadata of an authorization server: the subset that issuing needs (RFC 8414; OpenID4VCI 1.0, 12.3)."""

from typing import Annotated

from pydantic import Field

from openid4vc import urls
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import ES256
from openid4vc.messages import Array, FilledArray, Message, ShortText, parse_message
from openid4vc.oauth.attestation import CLIENT_AUTHENTICATION
from openid4vc.oauth.pkce import S256
from openid4vc.oauth.token import AUTHORIZATION_CODE, PRE_AUTHORIZED
from openid4vc.urls import Identifier, Url

WELL_KNOWN = "oauth-authorization-server"


class AuthorizationServerMetadata(Message):
    """What a wallet may rely on at this authorization server (RFC 8414, 2)."""

    issuer: Identifier
    token_endpoint: Url
    authorization_endpoint: Url | None = None
    pushed_authorization_request_endpoint: Url | None = None
    require_pushed_authorization_requests: bool | None = None
    challenge_endpoint: Url | None = None
    jwks_uri: Url | None = None
    status_list_aggregation_endpoint: Url | None = None
    response_types_supported: Array[ShortText] | None = None
    response_modes_supported: Array[ShortText] | None = None
    grant_types_supported: FilledArray[ShortText] = ("authorization_code", "implicit")
    code_challenge_methods_supported: Array[ShortText] | None = None
    token_endpoint_auth_methods_supported: Array[ShortText] | None = None
    client_attestation_signing_alg_values_supported: Array[ShortText] | None = None
    client_attestation_pop_signing_alg_values_supported: Array[ShortText] | None = None
    dpop_signing_alg_values_supported: Array[ShortText] | None = None
    authorization_response_iss_parameter_supported: bool | None = None
    authorization_details_types_supported: Array[ShortText] | None = None
    scopes_supported: Array[ShortText] | None = None
    pre_authorized_anonymous: Annotated[
        bool, Field(alias="pre-authorized_grant_anonymous_access_supported")
    ] = False

    @property
    def takes_pre_authorized_code(self) -> bool:
        """Whether the pre-authorized code grant is offered (OpenID4VCI 1.0, 4.1.1)."""
        return PRE_AUTHORIZED in self.grant_types_supported

    @property
    def takes_authorization_code(self) -> bool:
        """Whether the code flow works as we do it: pushed, with S256 (HAIP 1.0, 4)."""
        return (
            AUTHORIZATION_CODE in self.grant_types_supported
            and self.authorization_endpoint is not None
            and self.pushed_authorization_request_endpoint is not None
            and S256 in (self.code_challenge_methods_supported or ())
        )

    @property
    def takes_dpop(self) -> bool:
        """Whether proofs that we can make are taken (RFC 9449, 5.1)."""
        return ES256 in (self.dpop_signing_alg_values_supported or ())

    @property
    def takes_attestation(self) -> bool:
        """Whether a wallet may authenticate by attestation (attestation-based client auth., 10.1)."""
        return CLIENT_AUTHENTICATION in (self.token_endpoint_auth_methods_supported or ())

    def endpoints(self) -> tuple[str, ...]:
        """Every address that a client would send secrets to."""
        named = (self.token_endpoint, self.authorization_endpoint, self.challenge_endpoint)
        return tuple(url for url in (*named, self.pushed_authorization_request_endpoint) if url)


def well_known_url(issuer: str) -> str:
    """Where the metadata of this issuer identifier lives; ValueError if it is none (RFC 8414, 3.1)."""
    return urls.well_known(issuer, WELL_KNOWN)


def parse_authorization_server_metadata(
    body: bytes, *, expected_issuer: str, same_origin: bool = True
) -> AuthorizationServerMetadata:
    """Read a fetched document and hold it against the identifier we started from (RFC 8414, 3.3).

    Malformed for the document; CheckFailed authorization_server_issuer, and endpoint_origin where an
    endpoint lies at another origin than the issuer.
    """
    metadata = parse_message(AuthorizationServerMetadata, body, refusal=Malformed)
    if metadata.issuer != expected_issuer:
        raise CheckFailed("authorization_server_issuer", "the metadata names another issuer")
    if same_origin:
        require_one_origin(metadata.issuer, metadata.endpoints())
    return metadata


def require_one_origin(identifier: str, endpoints: tuple[str, ...]) -> None:
    """Secrets go only to the origin of the party that was trusted; CheckFailed endpoint_origin."""
    home = urls.origin(identifier)
    if any(urls.origin(endpoint) != home for endpoint in endpoints):
        raise CheckFailed("endpoint_origin", "an endpoint lies outside the origin of its owner")
