"""Publish what a tenant is, offers and signs with: the well-known documents and the type behind a vct."""

from datetime import timedelta
from typing import Any

from issuer.domain.look import Look
from issuer.domain.offer import BATCH_SIZE
from issuer.domain.organisation import Configuration, Organisation
from issuer.domain.text import Text
from issuer.domain.type_document import type_document
from issuer.ports import Ports
from issuer.usecases.prove_keys import proof_types
from issuer.usecases.refusals import UnknownType
from openid4vc.jose.jwe import ECDH_ES, ENC_VALUES
from openid4vc.jose.keys import ES256
from openid4vc.oauth.attestation import CLIENT_AUTHENTICATION
from openid4vc.oauth.authorization_details import OPENID_CREDENTIAL
from openid4vc.oauth.metadata import AuthorizationServerMetadata
from openid4vc.oauth.pkce import S256
from openid4vc.oauth.token import AUTHORIZATION_CODE, PRE_AUTHORIZED, REFRESH_TOKEN
from openid4vc.vci.credential import ATTESTATION_PROOF
from openid4vc.vci.encryption import JwkSet, RequestEncryption, ResponseEncryption
from openid4vc.vci.key_attestation import KeyAttestationsRequired
from openid4vc.vci.metadata import (
    BatchCredentialIssuance,
    ClaimDescription,
    CredentialConfiguration,
    CredentialDisplay,
    CredentialMetadata,
    Display,
    IssuerDisplay,
    IssuerMetadata,
    Logo,
    ProofType,
)
from openid4vc.vci.signed_metadata import sign_issuer_metadata

LANGUAGES = ("nl", "en")
METADATA_LIFE = timedelta(days=1)


def describe_issuer(
    organisation: Organisation, *, ports: Ports, languages: tuple[str, ...] = LANGUAGES
) -> IssuerMetadata:
    """Credential issuer metadata (OpenID4VCI 1.0, 12.2.4), with names in these languages."""
    addresses = ports.addresses(organisation.path)
    return IssuerMetadata(
        credential_issuer=addresses.credential_issuer,
        credential_endpoint=addresses.credential,
        nonce_endpoint=addresses.nonce,
        deferred_credential_endpoint=addresses.deferred_credential,
        notification_endpoint=addresses.notification,
        credential_request_encryption=_request_encryption(ports),
        credential_response_encryption=ResponseEncryption(
            alg_values_supported=(ECDH_ES,), enc_values_supported=ENC_VALUES, encryption_required=False
        ),
        batch_credential_issuance=BatchCredentialIssuance(batch_size=BATCH_SIZE),
        display=tuple(
            IssuerDisplay(name=name, locale=locale) for locale, name in _texts(organisation.name, languages)
        ),
        credential_configurations_supported={
            each.id: CredentialConfiguration(
                format="dc+sd-jwt",
                vct=addresses.vct(each.type.name),
                scope=each.scope,
                credential_signing_alg_values_supported=(ES256,),
                cryptographic_binding_methods_supported=("jwk",),
                proof_types_supported=_proof_types(ports),
                credential_metadata=_credential_metadata(each, organisation.look, languages),
            )
            for each in organisation.configurations
        },
    )


def sign_description(
    organisation: Organisation, *, ports: Ports, languages: tuple[str, ...] = LANGUAGES
) -> str:
    """The same under the signature of this tenant, good for a day (OpenID4VCI 1.0, 12.2.3)."""
    now, signer = ports.clock(), ports.signers[organisation.path]
    return sign_issuer_metadata(
        describe_issuer(organisation, ports=ports, languages=languages),
        key=signer.key,
        chain=signer.chain,
        iat=now,
        exp=now + METADATA_LIFE,
    )


def describe_authorization_server(organisation: Organisation, *, ports: Ports) -> AuthorizationServerMetadata:
    """Authorization server metadata (RFC 8414, 2): each tenant is its own."""
    addresses = ports.addresses(organisation.path)
    return AuthorizationServerMetadata(
        issuer=addresses.credential_issuer,
        authorization_endpoint=addresses.authorization,
        token_endpoint=addresses.token,
        pushed_authorization_request_endpoint=addresses.pushed_authorization,
        require_pushed_authorization_requests=True,
        challenge_endpoint=addresses.challenge,
        jwks_uri=addresses.jwks,
        status_list_aggregation_endpoint=addresses.status_lists,
        response_types_supported=("code",),
        response_modes_supported=("query",),
        grant_types_supported=(AUTHORIZATION_CODE, REFRESH_TOKEN, PRE_AUTHORIZED),
        code_challenge_methods_supported=(S256,),
        token_endpoint_auth_methods_supported=(CLIENT_AUTHENTICATION, "none"),
        client_attestation_signing_alg_values_supported=(ES256,),
        client_attestation_pop_signing_alg_values_supported=(ES256,),
        dpop_signing_alg_values_supported=(ES256,),
        authorization_response_iss_parameter_supported=True,
        authorization_details_types_supported=(OPENID_CREDENTIAL,),
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


def _request_encryption(ports: Ports) -> RequestEncryption:
    key = ports.opener.jwk(ports.opener.public.thumbprint())
    return RequestEncryption(
        jwks=JwkSet(keys=(dict(key),)), enc_values_supported=ENC_VALUES, encryption_required=False
    )


def _proof_types(ports: Ports) -> dict[str, ProofType]:
    """An attestation, where it is the proof, is of course needed; of whatever strength (12.2.4)."""
    return {
        each: ProofType(
            proof_signing_alg_values_supported=(ES256,),
            key_attestations_required=KeyAttestationsRequired() if each == ATTESTATION_PROOF else None,
        )
        for each in proof_types(ports=ports)
    }


def _credential_metadata(
    configuration: Configuration, look: Look, languages: tuple[str, ...]
) -> CredentialMetadata:
    return CredentialMetadata(
        display=tuple(
            CredentialDisplay(
                name=name,
                locale=locale,
                description=configuration.type.description.in_language(locale),
                logo=Logo(uri=look.logo),
                background_color=look.background,
                text_color=look.text,
            )
            for locale, name in _texts(configuration.title, languages)
        ),
        claims=tuple(
            ClaimDescription(
                path=claim.path,
                display=tuple(
                    Display(name=name, locale=locale) for locale, name in _texts(claim.label, languages)
                ),
            )
            for claim in configuration.type.claims
        ),
    )


def _texts(text: Text, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((locale, name) for locale, name in text.by_locale() if locale in languages)
