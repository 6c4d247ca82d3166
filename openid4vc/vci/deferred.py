"""Credentials that are not ready yet: asking again, and what comes back (OpenID4VCI 1.0, 9)."""

from openid4vc.errors import CheckFailed, InvalidCredentialRequest
from openid4vc.jose.strict_json import Json
from openid4vc.messages import Message, ShortText, parse_message
from openid4vc.vci.credential import CredentialResponse, read_wanted_encryption
from openid4vc.vci.encryption import WantedEncryption

PENDING_STATUS = 202


class DeferredRequest(Message):
    """Which promise is to be kept; the answer is encrypted as this request says, not as the first (9.1)."""

    transaction_id: ShortText
    credential_response_encryption: WantedEncryption | None = None

    @classmethod
    def parse(cls, body: bytes, *, encrypted: bool = False) -> "DeferredRequest":
        """Read a request body; `encrypted` if it came out of a JWE.

        InvalidCredentialRequest for its shape, InvalidEncryptionParameters as for a credential request.
        """
        unread = parse_message(_UnreadRequest, body, refusal=InvalidCredentialRequest)
        wanted = read_wanted_encryption(unread.credential_response_encryption, encrypted=encrypted)
        return cls(transaction_id=unread.transaction_id, credential_response_encryption=wanted)


class _UnreadRequest(Message):
    transaction_id: ShortText
    credential_response_encryption: Json = None


def parse_deferred_response(body: bytes, *, expected_transaction_id: str) -> CredentialResponse:
    """Read what the deferred endpoint answered: the credentials, or the same promise again (9.2).

    Malformed; CheckFailed transaction_id for another promise.
    """
    response = CredentialResponse.parse(body)
    if response.transaction_id not in (None, expected_transaction_id):
        raise CheckFailed("transaction_id", "the answer promises something else")
    return response
