"""What an issuer says about itself and its credentials (OpenID4VCI 1.0, 12.2, App. A.3, App. B)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from openid4vc import urls
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import SD_JWT_VC, Path
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.strict_json import Json
from openid4vc.messages import Array, FilledArray, Message, Seconds, ShortText, parse_message, read_message
from openid4vc.oauth.metadata import require_one_origin
from openid4vc.urls import Identifier, Url
from openid4vc.vci.encryption import RequestEncryption, ResponseEncryption
from openid4vc.vci.key_attestation import KeyAttestationsRequired
from openid4vc.vci.offer import CredentialOffer

WELL_KNOWN = "openid-credential-issuer"


class Logo(Message):
    """An image by address; whoever shows it treats it as hostile."""

    uri: Annotated[str, Field(min_length=1, max_length=65536)]
    alt_text: ShortText | None = None


class BackgroundImage(Message):
    """The image behind a card."""

    uri: Annotated[str, Field(min_length=1, max_length=65536)]


class Display(Message):
    """A name in one language."""

    name: ShortText
    locale: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,35}$")] | None = None


class IssuerDisplay(Display):
    """How the issuer wants to be shown."""

    logo: Logo | None = None


class CredentialDisplay(Display):
    """How a credential wants to be shown."""

    logo: Logo | None = None
    description: Annotated[str, Field(max_length=2048)] | None = None
    background_color: Annotated[str, Field(max_length=64)] | None = None
    background_image: BackgroundImage | None = None
    text_color: Annotated[str, Field(max_length=64)] | None = None


class ClaimDescription(Message):
    """Where a claim lives and what it is called (App. B.2)."""

    path: Path
    mandatory: bool = False
    display: Array[Display] | None = None

    def label(self, language: str) -> str | None:
        """The name in this language, else the first one given, else None."""
        return label_in(self.display or (), language)


class CredentialMetadata(Message):
    """Names for the credential and, in the order to show, for its claims (12.2.4)."""

    display: Array[CredentialDisplay] | None = None
    claims: Array[ClaimDescription] | None = None
    credential_reuse_policy: dict[str, Any] | None = None

    @field_validator("claims")
    @classmethod
    def _only_without_contradiction(
        cls, claims: tuple[ClaimDescription, ...] | None
    ) -> tuple[ClaimDescription, ...] | None:
        """A list with doubled or contradictory paths counts as absent (App. B.3)."""
        paths = [description.path for description in claims or ()]
        return None if len(set(paths)) != len(paths) or _contradict(paths) else claims


class ProofType(Message):
    """Which keys a proof of this type may use, and whether somebody must vouch for them (12.2.4)."""

    proof_signing_alg_values_supported: FilledArray[ShortText]
    key_attestations_required: KeyAttestationsRequired | None = None


class CredentialConfiguration(Message):
    """One credential on offer; formats other than SD-JWT VC are listed, but cannot be asked for."""

    format: ShortText
    vct: ShortText | None = None
    scope: ShortText | None = None
    credential_signing_alg_values_supported: Array[ShortText] | None = None
    cryptographic_binding_methods_supported: FilledArray[ShortText] | None = None
    proof_types_supported: dict[str, ProofType] | None = None
    credential_metadata: CredentialMetadata | None = None

    @property
    def usable(self) -> bool:
        """Whether this package can ask for it and read it."""
        return self.format == SD_JWT_VC

    def name(self, language: str) -> str | None:
        """The credential's name in this language, else the first one given, else None."""
        metadata = self.credential_metadata
        return label_in((metadata.display if metadata else None) or (), language)

    @model_validator(mode="after")
    def _coherent(self) -> "CredentialConfiguration":
        if self.usable and self.vct is None:
            raise ValueError("a dc+sd-jwt configuration without vct")
        bound = self.cryptographic_binding_methods_supported is not None
        if bound != bool(self.proof_types_supported):
            raise ValueError("binding methods and proof types belong together")
        return self


class BatchCredentialIssuance(Message):
    """How many proofs one request may carry."""

    batch_size: Annotated[int, Field(ge=2)]


class IssuerInfo(Message):
    """Something others attest about the issuer, such as a registration certificate (TS 119 472-3)."""

    format: ShortText
    data: Annotated[str, Field(min_length=1, max_length=65536)]


class IssuerMetadata(Message):
    """The issuer, its endpoints and its credentials (12.2.4)."""

    credential_issuer: Identifier
    credential_endpoint: Url
    authorization_servers: FilledArray[Identifier] | None = None
    nonce_endpoint: Url | None = None
    deferred_credential_endpoint: Url | None = None
    notification_endpoint: Url | None = None
    credential_request_encryption: RequestEncryption | None = None
    credential_response_encryption: ResponseEncryption | None = None
    batch_credential_issuance: BatchCredentialIssuance | None = None
    display: Array[IssuerDisplay] | None = None
    issuer_info: Array[IssuerInfo] | None = None
    preferred_client_status_period: Seconds | None = None
    credential_configurations_supported: dict[str, CredentialConfiguration]

    @property
    def authorization_server(self) -> str:
        """The first authorization server; an issuer that names none is its own (12.2.4)."""
        return (self.authorization_servers or (self.credential_issuer,))[0]

    @property
    def batch_size(self) -> int:
        """How many proofs one request may carry; 1 where nothing is said."""
        return self.batch_credential_issuance.batch_size if self.batch_credential_issuance else 1

    @property
    def requires_encryption(self) -> bool:
        """Whether requests or responses must be encrypted (10)."""
        blocks = (self.credential_request_encryption, self.credential_response_encryption)
        return any(block.encryption_required for block in blocks if block is not None)

    def endpoints(self) -> tuple[str, ...]:
        """Every address that a wallet would send its token or proofs to."""
        optional = (self.nonce_endpoint, self.deferred_credential_endpoint, self.notification_endpoint)
        return (self.credential_endpoint, *(url for url in optional if url))

    def configuration(self, configuration_id: str) -> CredentialConfiguration:
        """The usable configuration with this id; CheckFailed unknown_configuration."""
        found = self.credential_configurations_supported.get(configuration_id)
        if found is None or not found.usable:
            raise CheckFailed("unknown_configuration", "the issuer has no such credential for us")
        return found

    def name(self, language: str) -> str | None:
        """The issuer's name in this language, else the first one given, else None."""
        return label_in(self.display or (), language)

    @field_validator("credential_configurations_supported", mode="before")
    @classmethod
    def _foreign_formats_unread(cls, configurations: object) -> object:
        """What we cannot use is not judged either: only its format is kept."""
        if not isinstance(configurations, Mapping):
            return configurations
        return {name: _unless_foreign(value) for name, value in configurations.items()}


def well_known_url(issuer: str) -> str:
    """Where the metadata of this credential issuer lives; ValueError if it is no identifier (12.2.2)."""
    return urls.well_known(issuer, WELL_KNOWN)


def parse_issuer_metadata(body: bytes, *, expected_issuer: str, same_origin: bool = True) -> IssuerMetadata:
    """Read fetched (unsigned) metadata and hold it against the identifier we started from (12.2.1).

    Malformed for the document; CheckFailed credential_issuer, and endpoint_origin where an endpoint
    lies at another origin than the issuer.
    """
    return _of_expected(parse_message(IssuerMetadata, body, refusal=Malformed), expected_issuer, same_origin)


def read_issuer_metadata(value: Json, *, expected_issuer: str, same_origin: bool = True) -> IssuerMetadata:
    """The same for metadata that was parsed already, such as the claims of its signed form (12.2.3)."""
    return _of_expected(read_message(IssuerMetadata, value, refusal=Malformed), expected_issuer, same_origin)


def check_offer(offer: CredentialOffer, *, metadata: IssuerMetadata) -> None:
    """What the offer names must exist in the metadata of its issuer (4.1.1).

    CheckFailed: credential_issuer, unknown_configuration, unknown_authorization_server.
    """
    if offer.credential_issuer != metadata.credential_issuer:
        raise CheckFailed("credential_issuer", "the metadata is of another issuer")
    for configuration_id in offer.credential_configuration_ids:
        metadata.configuration(configuration_id)
    if not set(offer.authorization_servers) <= set(metadata.authorization_servers or ()):
        raise CheckFailed("unknown_authorization_server", "the offer names a server that the issuer does not")


def _of_expected(metadata: IssuerMetadata, expected_issuer: str, same_origin: bool) -> IssuerMetadata:
    if metadata.credential_issuer != expected_issuer:
        raise CheckFailed("credential_issuer", "the metadata names another issuer")
    if same_origin:
        require_one_origin(metadata.credential_issuer, metadata.endpoints())
    return metadata


def label_in(display: tuple[Display, ...], language: str) -> str | None:
    """The name in this language, else the first one given, else None."""
    fitting = (one.name for one in display if (one.locale or "").lower().split("-")[0] == language)
    return next(fitting, display[0].name if display else None)


def _unless_foreign(configuration: object) -> object:
    if not isinstance(configuration, Mapping) or configuration.get("format") == SD_JWT_VC:
        return configuration
    return {"format": configuration["format"]} if "format" in configuration else {}


def _contradict(paths: list[ClaimPath]) -> bool:
    """Whether one place would have to be an object and an array at once."""
    kinds: dict[ClaimPath, bool] = {}
    places = ((path[:depth], isinstance(path[depth], str)) for path in paths for depth in range(len(path)))
    return any(kinds.setdefault(place, is_object) != is_object for place, is_object in places)
