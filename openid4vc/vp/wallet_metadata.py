"""What a wallet says it can do: in its own document, and along with the fetch (OpenID4VP 1.0, 5.10, 10)."""

from collections.abc import Sequence
from typing import Any

from openid4vc.dcql.query import SD_JWT_VC
from openid4vc.errors import InvalidRequest
from openid4vc.jose.keys import ES256
from openid4vc.messages import Array, Message, ShortText, parse_message
from openid4vc.urls import Identifier, Url
from openid4vc.vp.client_id import CERTIFICATE_PREFIXES, client_id_prefix
from openid4vc.vp.client_metadata import VP_FORMATS
from openid4vc.vp.request import DIRECT_POST, DIRECT_POST_JWT, AuthorizationRequest

MAX_WALLET_METADATA = 64 * 1024
PRE_REGISTERED = "pre-registered"


class WalletMetadata(Message):
    """A wallet in its own words; who lists no prefixes knows only clients it met before (10)."""

    vp_formats_supported: dict[str, Any]
    client_id_prefixes_supported: Array[ShortText] = (PRE_REGISTERED,)
    request_object_signing_alg_values_supported: Array[ShortText] | None = None
    response_types_supported: Array[ShortText] | None = None
    response_modes_supported: Array[ShortText] | None = None
    issuer: Identifier | None = None
    authorization_endpoint: Url | None = None
    jwks: dict[str, Any] | None = None

    def takes(self, request: AuthorizationRequest) -> bool:
        """Whether this wallet says that it could read and answer the request; nobody has to believe it."""
        algorithms = self.request_object_signing_alg_values_supported
        modes = self.response_modes_supported
        return (
            SD_JWT_VC in self.vp_formats_supported
            and client_id_prefix(request.client_id) in self.client_id_prefixes_supported
            and (algorithms is None or ES256 in algorithms)
            and (modes is None or request.response_mode in modes)
        )


def own_wallet_metadata(
    *,
    issuer: str | None = None,
    authorization_endpoint: str | None = None,
    prefixes: Sequence[str] = CERTIFICATE_PREFIXES,
) -> dict[str, Any]:
    """Our wallet: the whole for its own document, without addresses for the fetch of a request (5.10)."""
    return WalletMetadata(
        vp_formats_supported=VP_FORMATS,
        client_id_prefixes_supported=tuple(prefixes),
        request_object_signing_alg_values_supported=(ES256,),
        response_types_supported=("vp_token",),
        response_modes_supported=(DIRECT_POST, DIRECT_POST_JWT),
        issuer=issuer,
        authorization_endpoint=authorization_endpoint,
    ).to_json()


def parse_wallet_metadata(text: str) -> WalletMetadata:
    """Read the form field `wallet_metadata`, whose unknown members are ignored; InvalidRequest (5.10)."""
    return parse_message(WalletMetadata, text, refusal=InvalidRequest, max_bytes=MAX_WALLET_METADATA)
