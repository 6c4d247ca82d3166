"""Publish what a tenant is, offers and signs with: the well-known documents and the type behind a vct."""

from typing import Any

from issuer.domain.offer import BATCH_SIZE
from issuer.domain.organisation import Configuration, CredentialType, Organisation
from issuer.domain.type_document import type_document
from issuer.ports import Ports
from issuer.usecases.refusals import UnknownType
from openid4vc.jose.keys import ES256
from openid4vc.oauth.metadata import AuthorizationServerMetadata
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.vci.credential import JWT_PROOF
from openid4vc.vci.metadata import (
    BatchCredentialIssuance,
    ClaimDescription,
    CredentialConfiguration,
    CredentialDisplay,
    CredentialMetadata,
    Display,
    IssuerDisplay,
    IssuerMetadata,
    ProofType,
)


def describe_issuer(organisation: Organisation, *, ports: Ports) -> IssuerMetadata:
    """Credential issuer metadata (OpenID4VCI 1.0, 12.2.4)."""
    addresses = ports.addresses(organisation.path)
    return IssuerMetadata(
        credential_issuer=addresses.credential_issuer,
        credential_endpoint=addresses.credential,
        nonce_endpoint=addresses.nonce,
        notification_endpoint=addresses.notification,
        batch_credential_issuance=BatchCredentialIssuance(batch_size=BATCH_SIZE),
        display=tuple(
            IssuerDisplay(name=name, locale=locale) for locale, name in organisation.name.by_locale()
        ),
        credential_configurations_supported={
            each.id: _configuration(each, vct=addresses.vct(each.type.name))
            for each in organisation.configurations
        },
    )


def describe_authorization_server(organisation: Organisation, *, ports: Ports) -> AuthorizationServerMetadata:
    """Authorization server metadata (RFC 8414, 2); only the pre-authorized code, so no response types."""
    addresses = ports.addresses(organisation.path)
    return AuthorizationServerMetadata(
        issuer=addresses.credential_issuer,
        token_endpoint=addresses.token,
        jwks_uri=addresses.jwks,
        status_list_aggregation_endpoint=addresses.status_lists,
        grant_types_supported=(PRE_AUTHORIZED,),
        token_endpoint_auth_methods_supported=("none",),
        scopes_supported=tuple(each.scope for each in organisation.configurations),
        pre_authorized_anonymous=True,
    )


def describe_type(organisation: Organisation, type_name: str, *, ports: Ports) -> bytes:
    """Type metadata, the exact bytes that `vct#integrity` of each credential pins (SD-JWT VC, 6)."""
    kind = organisation.type(type_name)
    if kind is None:
        raise UnknownType
    return type_document(kind, addresses=ports.addresses(organisation.path))


def name_keys(organisation: Organisation, *, ports: Ports) -> dict[str, Any]:
    """The one public key of a tenant as a JWK set (RFC 7517, 5)."""
    public = ports.signers[organisation.path].key.public
    return {"keys": [{**public.jwk(), "kid": public.thumbprint(), "use": "sig", "alg": ES256}]}


def describe_jwt_vc_issuer(organisation: Organisation, *, ports: Ports) -> dict[str, Any]:
    """For verifiers that do not read x5c (SD-JWT VC, 4)."""
    issuer = ports.addresses(organisation.path).credential_issuer
    return {"issuer": issuer, "jwks": name_keys(organisation, ports=ports)}


def _configuration(configuration: Configuration, *, vct: str) -> CredentialConfiguration:
    return CredentialConfiguration(
        format="dc+sd-jwt",
        vct=vct,
        scope=configuration.scope,
        credential_signing_alg_values_supported=(ES256,),
        cryptographic_binding_methods_supported=("jwk",),
        proof_types_supported={JWT_PROOF: ProofType(proof_signing_alg_values_supported=(ES256,))},
        credential_metadata=CredentialMetadata(
            display=tuple(
                CredentialDisplay(
                    name=name, locale=locale, description=configuration.type.description.in_language(locale)
                )
                for locale, name in configuration.title.by_locale()
            ),
            claims=_claims(configuration.type),
        ),
    )


def _claims(kind: CredentialType) -> tuple[ClaimDescription, ...]:
    return tuple(
        ClaimDescription(
            path=claim.path,
            display=tuple(Display(name=name, locale=locale) for locale, name in claim.label.by_locale()),
        )
        for claim in kind.claims
    )
