"""Base64url without padding, read strictly (RFC 7515, 2)."""

import binascii

from openid4vc.errors import Malformed

# The standard alphabet's own characters and the padding are mapped to a character that no alphabet has.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_PADDING = {0: b"", 2: b"==", 3: b"="}
_LAST_OF_TWO = frozenset("AQgw")
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")


def encode(data: bytes) -> str:
    """Bytes to base64url without `=`."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def decode(text: str) -> bytes:
    """Base64url to bytes; padding, foreign characters and stray last bits are Malformed."""
    rest = len(text) % 4
    if rest == 1:
        raise Malformed("base64url of an impossible length")
    if (rest == 2 and text[-1] not in _LAST_OF_TWO) or (rest == 3 and text[-1] not in _LAST_OF_THREE):
        raise Malformed("base64url with stray bits at the end")
    try:
        standard = text.encode("ascii").translate(_TO_STANDARD)
        return binascii.a2b_base64(standard + _PADDING[rest], strict_mode=True)
    except ValueError as cause:
        raise Malformed("not base64url without padding") from cause
