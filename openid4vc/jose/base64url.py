"""Base64url without padding, read strictly (RFC 7515, 2)."""

import binascii
from collections.abc import Callable, Sequence

from pydantic_core import CoreConfig, SchemaSerializer, SchemaValidator, core_schema

from openid4vc.errors import Malformed

# The standard alphabet's own characters and the padding are mapped to a character that no alphabet has.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING = {0: b"", 2: b"==", 3: b"="}
_LAST_OF_TWO = frozenset("AQgw")
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")
_AS_BASE64 = CoreConfig(ser_json_bytes="base64", val_json_bytes="base64")
_padded = SchemaSerializer(core_schema.bytes_schema(), _AS_BASE64).to_python
_padded_list = SchemaSerializer(core_schema.list_schema(core_schema.bytes_schema()), _AS_BASE64).to_json


def encode(data: bytes) -> str:
    """Bytes to base64url without `=`."""
    text: str = _padded(data, mode="json")
    return text.rstrip("=")


def encode_digests(digests: Sequence[bytes]) -> list[str]:
    """The same for one or more times 32 bytes, of which each ends in one `=`: all in one JSON list."""
    return _padded_list(digests)[2:-3].decode("ascii").split('=","')


def decode(text: str) -> bytes:
    """Base64url to bytes; padding, foreign characters and stray last bits are Malformed."""
    try:
        data = quick_base64(text)
        # Padding makes the result shorter than it should be, and the standard alphabet is also understood.
        if len(data) == len(text) * 3 >> 2 and "+" not in text and "/" not in text:
            return data
    except ValueError:
        pass
    return _decode_slowly(text)


def _decode_slowly(text: str) -> bytes:
    """What the quick decoder does not take as it stands is judged here, by the letter of the standard."""
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


# Takes more than base64url without padding: its callers hold the result against the text, as decode does.
quick_base64: Callable[[str], bytes] = SchemaValidator(
    core_schema.bytes_schema(), _AS_BASE64
).validate_strings  # type: ignore[assignment]
