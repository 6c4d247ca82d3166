"""Publish what the desk is as issuer of receipts: the well-known documents and the type behind the vct."""

from typing import Any

from openid4vc.jose.keys import ES256
from openid4vc.oauth.metadata import AuthorizationServerMetadata
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.vci.metadata import (
    ClaimDescription,
    CredentialConfiguration,
    CredentialDisplay,
    CredentialMetadata,
    Display,
    IssuerDisplay,
    IssuerMetadata,
    ProofType,
)
from verifier.domain.receipt import CONFIGURATION, ReceiptAddresses
from verifier.domain.receipt_refusals import NoReceiptsHere
from verifier.domain.receipt_type import CLAIMS, DESCRIPTION, LANGUAGES, TITLE, in_languages, type_document
from verifier.ports import Ports, ReceiptIssuer

PAPER, INK = "#0b4d8c", "#ffffff"


def receipt_issuer(*, ports: Ports) -> ReceiptIssuer:
    """The desk as issuer, where it has a key for that."""
    if ports.receipt_issuer is None:
        raise NoReceiptsHere
    return ports.receipt_issuer


def receipt_addresses(*, ports: Ports) -> ReceiptAddresses:
    """Every address of the issuer of receipts."""
    return ReceiptAddresses(ports.addresses.own)


def describe_receipt_issuer(*, ports: Ports, languages: tuple[str, ...] = LANGUAGES) -> IssuerMetadata:
    """Credential issuer metadata (OpenID4VCI 1.0, 12.2.4), with names in these languages."""
    receipt_issuer(ports=ports)
    addresses = receipt_addresses(ports=ports)
    name = ports.town.desk.name
    return IssuerMetadata(
        credential_issuer=addresses.credential_issuer,
        credential_endpoint=addresses.endpoint("credential"),
        nonce_endpoint=addresses.endpoint("nonce"),
        notification_endpoint=addresses.endpoint("notification"),
        display=tuple(IssuerDisplay(name=name, locale=language) for language in languages),
        credential_configurations_supported={
            CONFIGURATION: CredentialConfiguration(
                format="dc+sd-jwt",
                vct=addresses.vct,
                scope=CONFIGURATION,
                credential_signing_alg_values_supported=(ES256,),
                cryptographic_binding_methods_supported=("jwk",),
                proof_types_supported={"jwt": ProofType(proof_signing_alg_values_supported=(ES256,))},
                credential_metadata=_credential_metadata(languages),
            )
        },
    )


def describe_receipt_server(*, ports: Ports) -> AuthorizationServerMetadata:
    """Authorization server metadata (RFC 8414, 2): one grant, one use, no names."""
    receipt_issuer(ports=ports)
    addresses = receipt_addresses(ports=ports)
    return AuthorizationServerMetadata(
        issuer=addresses.credential_issuer,
        token_endpoint=addresses.endpoint("token"),
        jwks_uri=addresses.endpoint("jwks"),
        status_list_aggregation_endpoint=addresses.endpoint("statuslists"),
        response_types_supported=(),
        grant_types_supported=(PRE_AUTHORIZED,),
        token_endpoint_auth_methods_supported=("none",),
        scopes_supported=(CONFIGURATION,),
        pre_authorized_anonymous=True,
    )


def describe_receipt_type(*, ports: Ports) -> bytes:
    """Type metadata, the exact bytes that `vct#integrity` of each receipt pins (SD-JWT VC, 6)."""
    receipt_issuer(ports=ports)
    return type_document(receipt_addresses(ports=ports).vct)


def name_receipt_keys(*, ports: Ports) -> dict[str, Any]:
    """The one public key as a JWK set (RFC 7517, 5)."""
    public = receipt_issuer(ports=ports).key.public
    return {"keys": [{**public.jwk(), "kid": public.thumbprint(), "use": "sig", "alg": ES256}]}


def describe_receipt_jwt_issuer(*, ports: Ports) -> dict[str, Any]:
    """For verifiers that do not read x5c (SD-JWT VC, 4)."""
    keys = name_receipt_keys(ports=ports)
    return {"issuer": receipt_addresses(ports=ports).credential_issuer, "jwks": keys}


def _credential_metadata(languages: tuple[str, ...]) -> CredentialMetadata:
    return CredentialMetadata(
        display=tuple(
            CredentialDisplay(
                name=name,
                locale=language,
                description=getattr(DESCRIPTION, language),
                background_color=PAPER,
                text_color=INK,
            )
            for language, name in in_languages(TITLE, languages)
        ),
        claims=tuple(
            ClaimDescription(
                path=path,
                display=tuple(
                    Display(name=name, locale=language) for language, name in in_languages(label, languages)
                ),
            )
            for path, label in CLAIMS.items()
        ),
    )
