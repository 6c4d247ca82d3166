"""Opening with a key that two P-256 keys agree on for one message (RFC 7518, 4.6 and 5.3).

Nothing is read from a message here: who calls has judged the header, and hands over what it says.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from openid4vc.jose.keys import PublicKey

ECDH_ES = "ECDH-ES"
A128GCM = "A128GCM"
A256GCM = "A256GCM"
KEY_BYTES = {A128GCM: 16, A256GCM: 32}


def agreed_key(
    private: ec.EllipticCurvePrivateKey, ephemeral: PublicKey, *, enc: str, apu: bytes = b"", apv: bytes = b""
) -> bytes:
    """The key of the cipher itself: direct key agreement, so `enc` stands as AlgorithmID (RFC 7518, 4.6.2).

    `enc` is A128GCM or A256GCM; a party that is not named has no bytes.
    """
    size = KEY_BYTES[enc]
    parties = (enc.encode("ascii"), apu, apv)
    info = b"".join(len(one).to_bytes(4, "big") + one for one in parties)
    secret = private.exchange(ec.ECDH(), ephemeral.key)
    return ConcatKDFHash(SHA256(), size, info + (8 * size).to_bytes(4, "big")).derive(secret)


def open_sealed(key: bytes, *, iv: bytes, ciphertext: bytes, tag: bytes, protected: str) -> bytes | None:
    """What was encrypted; None when key, text, tag or header is another (RFC 7516, 5.2, steps 14 to 16)."""
    try:
        return AESGCM(key).decrypt(iv, ciphertext + tag, protected.encode("ascii"))
    except InvalidTag:
        return None
