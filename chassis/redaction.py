"""Take personal data and secrets out of whatever is about to be logged."""

import re
from collections.abc import Callable, Mapping
from typing import Any

GONE = "[redacted]"
_TELLING = """pin tx_code user_pin password secret token access_token refresh_token id_token authorization
cookie set_cookie csrf_token pre_authorized_code c_nonce vp_token proof proofs jwt presentation disclosure
disclosures claims given_name family_name birthdate bsn iban tenaamstelling personal_administrative_number"""
SECRET_NAMES = frozenset(_TELLING.split())
_NAME = "pin|tx_code|user_pin|password|csrf_token|access_token|pre-authorized_code|response_code"
_PART = "[A-Za-z0-9_-]"
_JWT = re.compile(rf"ey[JK]{_PART}{{5,}}(?:\.{_PART}*){{2,4}}(?:~[A-Za-z0-9_.~-]*)?")
_DISCLOSURE = re.compile(r"Wy[IJ][A-Za-z0-9_-]{16,}")
_BEARER = re.compile(r"(?i)\b(bearer|dpop|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_NAMED = re.compile(rf"(?i)\b({_NAME})(\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\s\"'&,;}}\\]+")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b")
_BSN = re.compile(r"(?<![0-9A-Za-z])[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{2,3}(?![0-9A-Za-z])")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def redact(text: str) -> str:
    """Return the text without tokens, disclosures, account numbers, citizen service numbers and PINs."""
    text = _JWT.sub(GONE, text)
    text = _DISCLOSURE.sub(GONE, text)
    text = _BEARER.sub(lambda found: f"{found[1]} {GONE}", text)
    text = _NAMED.sub(lambda found: f"{found[1]}{found[2]}{GONE}", text)
    text = _IBAN.sub(GONE, text)
    return _BSN.sub(lambda found: GONE if is_bsn(found[0]) else found[0], text)


def is_bsn(text: str) -> bool:
    """Tell whether digits pass the eleven test for a citizen service number (eight digits get a zero)."""
    digits = [int(character) for character in text if character.isdigit()]
    digits = [0] * (9 - len(digits)) + digits
    total = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return len(digits) == 9 and any(digits) and total % 11 == 0


def redact_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Redact every value of a mapping, and drop the value of any field with a telling name."""
    return {str(name): GONE if _tells(name) else redact_value(value) for name, value in fields.items()}


def redact_value(value: Any) -> Any:
    """Redact inside strings, numbers, bytes, sequences and mappings; anything else by its text."""
    if value is None or isinstance(value, bool | float):
        return value
    for kinds, change in _BY_KIND:
        if isinstance(value, kinds):
            return change(value)
    return redact(str(value))


def _tells(name: Any) -> bool:
    return str(name).lower().replace("-", "_") in SECRET_NAMES


def _number(value: int) -> int | str:
    return GONE if 7 < len(str(value)) < 10 and is_bsn(str(value)) else value


_BY_KIND: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, redact),
    (int, _number),
    (bytes, lambda value: f"[{len(value)} bytes]"),
    (Mapping, redact_fields),
    ((list, tuple, set, frozenset), lambda values: [redact_value(value) for value in values]),
)
