"""Every refusal of the standards in one place, each named after its code on the wire."""

from typing import ClassVar

_SPEAKABLE = {code: chr(code) for code in range(0x20, 0x7F)} | {0x22: "'", 0x5C: "/"}


class Malformed(ValueError):
    """Bytes that are not what they claim to be; the reason is for logs only."""


class CheckFailed(Exception):
    """A check of a verify_… function said no: `check` is a stable name, `reason` is for logs."""

    def __init__(self, check: str, reason: str) -> None:
        super().__init__(f"{check}: {reason}")
        self.check = check
        self.reason = reason


class ProtocolError(Exception):
    """A refusal that goes over the wire as `error` with `public` as its description (RFC 6749, 5.2)."""

    error: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, public: str = "") -> None:
        self.public = "".join(_SPEAKABLE.get(ord(character), "?") for character in public)
        super().__init__(self.public)


class InvalidRequest(ProtocolError):
    """The request misses something, repeats something or makes no sense (RFC 6749, 5.2)."""

    error = "invalid_request"


class InvalidClient(ProtocolError):
    """The client is unknown or did not prove who it is (RFC 6749, 5.2)."""

    error = "invalid_client"
    status = 401


class InvalidGrant(ProtocolError):
    """The code, PIN or verifier is wrong, used, expired or of somebody else (RFC 6749, 5.2)."""

    error = "invalid_grant"


class UnauthorizedClient(ProtocolError):
    """This client may not use this grant type (RFC 6749, 5.2)."""

    error = "unauthorized_client"


class UnsupportedGrantType(ProtocolError):
    """The token endpoint does not know this grant type (RFC 6749, 5.2)."""

    error = "unsupported_grant_type"


class UnsupportedResponseType(ProtocolError):
    """The response type is not offered here (RFC 6749, 4.1.2.1)."""

    error = "unsupported_response_type"


class InvalidScope(ProtocolError):
    """The scope is unknown or more than may be given (RFC 6749, 5.2)."""

    error = "invalid_scope"


class InvalidAuthorizationDetails(ProtocolError):
    """The authorization details are of an unknown type or shape (RFC 9396, 5)."""

    error = "invalid_authorization_details"


class UseDpopNonce(ProtocolError):
    """The proof must be made again with the nonce in the answer (RFC 9449, 8)."""

    error = "use_dpop_nonce"


class InvalidDpopProof(ProtocolError):
    """The DPoP proof does not fit the request (RFC 9449, 5)."""

    error = "invalid_dpop_proof"


class UseAttestationChallenge(ProtocolError):
    """The client attestation must carry the challenge in the answer (attestation-based client auth., 8)."""

    error = "use_attestation_challenge"


class UseFreshAttestation(ProtocolError):
    """The client attestation is too old (attestation-based client auth., 8)."""

    error = "use_fresh_attestation"


class InvalidClientAttestation(ProtocolError):
    """The client attestation or its proof of possession fails (attestation-based client auth., 8)."""

    error = "invalid_client_attestation"


class InvalidToken(ProtocolError):
    """The access token is unknown, expired or revoked (RFC 6750, 3.1)."""

    error = "invalid_token"
    status = 401


class InsufficientScope(ProtocolError):
    """The access token does not reach this far (RFC 6750, 3.1)."""

    error = "insufficient_scope"
    status = 403


class InvalidCredentialRequest(ProtocolError):
    """The credential request misses something or says it twice (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "invalid_credential_request"


class UnknownCredentialConfiguration(ProtocolError):
    """No credential configuration with this id (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "unknown_credential_configuration"


class UnknownCredentialIdentifier(ProtocolError):
    """No credential with this identifier was granted (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "unknown_credential_identifier"


class InvalidProof(ProtocolError):
    """The key proof is missing or fails one of its checks (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "invalid_proof"


class InvalidNonce(ProtocolError):
    """The c_nonce is unknown, used or too old (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "invalid_nonce"


class InvalidEncryptionParameters(ProtocolError):
    """The wanted response encryption is missing or unknown (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "invalid_encryption_parameters"


class CredentialRequestDenied(ProtocolError):
    """The issuer will not issue this credential, and asking again will not help (OpenID4VCI 1.0, 8.3.1.2)."""

    error = "credential_request_denied"


class InvalidTransactionId(ProtocolError):
    """The deferred transaction is unknown or already answered (OpenID4VCI 1.0, 9.3)."""

    error = "invalid_transaction_id"


class InvalidNotificationId(ProtocolError):
    """No credential response carried this notification id (OpenID4VCI 1.0, 11.3)."""

    error = "invalid_notification_id"


class InvalidNotificationRequest(ProtocolError):
    """The notification misses something or names an unknown event (OpenID4VCI 1.0, 11.3)."""

    error = "invalid_notification_request"


class AccessDenied(ProtocolError):
    """The citizen said no, or has nothing that answers the question (OpenID4VP 1.0, 8.5)."""

    error = "access_denied"


class VpFormatsNotSupported(ProtocolError):
    """No common credential format (OpenID4VP 1.0, 8.5)."""

    error = "vp_formats_not_supported"


class InvalidRequestUriMethod(ProtocolError):
    """The request_uri_method is neither get nor post (OpenID4VP 1.0, 8.5)."""

    error = "invalid_request_uri_method"


class InvalidTransactionData(ProtocolError):
    """Transaction data of an unknown type, or without a credential to bind it to (OpenID4VP 1.0, 8.5)."""

    error = "invalid_transaction_data"


class WalletUnavailable(ProtocolError):
    """The wallet cannot answer now (OpenID4VP 1.0, 8.5)."""

    error = "wallet_unavailable"


class InvalidRequestUri(ProtocolError):
    """The request_uri cannot be fetched or is not allowed (RFC 9101, 7)."""

    error = "invalid_request_uri"


class InvalidRequestObject(ProtocolError):
    """The request object is not signed as it must be (RFC 9101, 7)."""

    error = "invalid_request_object"


class RequestNotSupported(ProtocolError):
    """A request object by value is not taken here (RFC 9101, 7)."""

    error = "request_not_supported"


class RequestUriNotSupported(ProtocolError):
    """A request object by reference is not taken here (RFC 9101, 7)."""

    error = "request_uri_not_supported"


class ServerError(ProtocolError):
    """Something broke on our side (RFC 6749, 4.1.2.1)."""

    error = "server_error"
    status = 500


class TemporarilyUnavailable(ProtocolError):
    """Too busy, or down for a moment (RFC 6749, 4.1.2.1)."""

    error = "temporarily_unavailable"
    status = 503
