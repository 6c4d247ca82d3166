"""JWS headers that were read before, by their exact text: those of one issuer are all alike (RFC 7515, 4)."""

from typing import Any

from openid4vc.jose import base64url, strict_json
from openid4vc.jose.recent import Recent

MAX_HEADERS = 256
MAX_TEXT = 16 * 1024


def read_header(encoded: str) -> dict[str, Any]:
    """The header as a dictionary of its own; Malformed unless the text is base64url of one JSON object.

    Only what a text says is remembered, never whether it is good.
    """
    known = _known.get(encoded)
    if known is None:
        known = strict_json.loads_object(base64url.decode(encoded))
        if not _worth_keeping(encoded, known):
            return known
        _known.put(encoded, known)
    return {name: value if type(value) is str else list(value) for name, value in known.items()}


def _worth_keeping(encoded: str, header: dict[str, Any]) -> bool:
    """A header with the key of a holder comes once; only texts and lists of texts are easily copied."""
    return len(encoded) <= MAX_TEXT and all(map(_is_plain, header.values()))


def _is_plain(value: object) -> bool:
    return type(value) is str or (type(value) is list and all(type(one) is str for one in value))


_known: Recent[str, dict[str, Any]] = Recent(MAX_HEADERS)
