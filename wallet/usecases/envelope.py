"""Put a message to an issuer into the envelope that it offers or demands, and open what comes back (10)."""

from typing import Any

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vci.encryption import ENCRYPTED_MEDIA_TYPE, WantedEncryption
from wallet.domain.peer import Message
from wallet.domain.source import Encryption, Source
from wallet.ports import Ports, Proofs
from wallet.usecases.chance import new_id

JSON = "application/json"


def ask_issuer(
    endpoint: str, message: dict[str, Any], source: Source, proofs: Proofs, *, ports: Ports
) -> bytes:
    """Send a message and return the JSON of the answer.

    Encrypted both ways where the issuer offers it, with a key of this message only. CheckFailed where it
    demands what we cannot do, or answers otherwise than was asked.
    """
    key = DecryptionKey.generate()
    wanted = _wanted(source.encryption, key, ports)
    asked = message if wanted is None else message | {"credential_response_encryption": wanted.to_json()}
    answer = ports.issuers.credential(endpoint, _closed(asked, source.encryption), proofs=proofs)
    if wanted is None:
        _require(answer, JSON)
        return answer.body
    _require(answer, ENCRYPTED_MEDIA_TYPE)
    return wanted.decrypt(_text(answer.body), key=key)


def _wanted(encryption: Encryption, key: DecryptionKey, ports: Ports) -> WantedEncryption | None:
    """Our key travels encrypted or not at all (8.2)."""
    if encryption.response is None:
        return None
    if encryption.request is None:
        if encryption.response.encryption_required:
            raise CheckFailed("response_encryption", "an encrypted answer without a way to ask for it")
        return None
    try:
        return encryption.response.wanted(key, kid=new_id(ports))
    except CheckFailed:
        if encryption.response.encryption_required:
            raise
        return None


def _closed(message: dict[str, Any], encryption: Encryption) -> Message:
    if encryption.request is not None:
        try:
            return Message(encryption.request.encrypt(message).encode("ascii"), ENCRYPTED_MEDIA_TYPE)
        except CheckFailed:
            if encryption.request.encryption_required or "credential_response_encryption" in message:
                raise
    return Message(strict_json.dumps(message), JSON)


def _require(answer: Message, content_type: str) -> None:
    if answer.content_type != content_type:
        raise CheckFailed("answer_envelope", "the answer is not encrypted as it was asked")


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii").strip()
    except UnicodeDecodeError as cause:
        raise Malformed("a JWE is ASCII") from cause
