"""Bodies that may come, and answers that may go, encrypted (OpenID4VCI 1.0, 10)."""

from dataclasses import dataclass

from issuer.ports import Ports
from openid4vc.errors import InvalidEncryptionParameters
from openid4vc.vci.credential import CredentialResponse
from openid4vc.vci.encryption import WantedEncryption, decrypt_request


@dataclass(frozen=True, slots=True)
class Posted:
    """A body as it came, and whether its media type says that it is encrypted."""

    body: bytes
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer, and to whom it shall be encrypted, if anybody."""

    response: CredentialResponse
    wanted: WantedEncryption | None


def open_message(posted: Posted, *, ports: Ports) -> bytes:
    """The JSON inside; InvalidEncryptionParameters for what was not made for our key."""
    if not posted.encrypted:
        return posted.body
    try:
        compact = posted.body.decode("ascii")
    except UnicodeDecodeError as cause:
        raise InvalidEncryptionParameters("the encrypted request cannot be opened") from cause
    return decrypt_request(compact, keys={ports.opener.public.thumbprint(): ports.opener})
