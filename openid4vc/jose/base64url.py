"""Base64url without padding, read strictly (RFC 7515, 2)."""

import binascii

from pydantic_core import CoreConfig, SchemaValidator, core_schema, to_json

from openid4vc.errors import Malformed

# The standard alphabet's own characters and the padding are mapped to a character that no alphabet has.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
TO_URL = bytes.maketrans(b"+/", b"-_")
_PADDING = {0: b"", 2: b"==", 3: b"="}
_SHORT = 256
_LAST_OF_TWO = frozenset("AQgw")
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")


def encode(data: bytes) -> str:
    """Bytes to base64url without `=`; two ways to the same text, each the quicker one at its size."""
    if len(data) > _SHORT:
        return to_json(data, bytes_mode="base64").strip(b'"=').decode("ascii")
    return binascii.b2a_base64(data, newline=False).translate(TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Base64url to bytes; padding, foreign characters and stray last bits are Malformed."""
    if len(text) & 3 == 1:
        raise Malformed("base64url of an impossible length")
    try:
        data: bytes = quick_base64(f'"{text}"')
        # Padding and JSON escapes make the result shorter, and the standard alphabet is also understood.
        if len(data) == len(text) * 3 >> 2 and "+" not in text and "/" not in text:
            return data
    except ValueError:
        pass
    return _decode_slowly(text)


def _decode_slowly(text: str) -> bytes:
    """What the quick decoder does not take as it stands is judged here, by the letter of the standard."""
    rest = len(text) % 4
    if (rest == 2 and text[-1] not in _LAST_OF_TWO) or (rest == 3 and text[-1] not in _LAST_OF_THREE):
        raise Malformed("base64url with stray bits at the end")
    try:
        standard = text.encode("ascii").translate(_TO_STANDARD)
        return binascii.a2b_base64(standard + _PADDING[rest], strict_mode=True)
    except ValueError as cause:
        raise Malformed("not base64url without padding") from cause


# Takes a JSON string, and more than base64url: its callers hold the result against the text, as decode does.
quick_base64 = SchemaValidator(core_schema.bytes_schema(), CoreConfig(val_json_bytes="base64")).validate_json
