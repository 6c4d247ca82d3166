"""Read a request once, at the door: each field once, in UTF-8, in the content type that was asked for."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from flask import request

from openid4vc.errors import InvalidRequest

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 500


def form_once() -> dict[str, str]:
    """Return the fields of a form; another content type, a doubled field or bad UTF-8 is InvalidRequest."""
    require_content_type(FORM)
    return fields_once(request.get_data(cache=True))


def query_once() -> dict[str, str]:
    """Return the parameters of the query; a doubled one or bad UTF-8 is InvalidRequest (RFC 6749, 3.1)."""
    return fields_once(request.query_string)


def json_body() -> bytes:
    """Return the bytes of a JSON body for the caller's own strict parser; other types are InvalidRequest."""
    require_content_type("application/json")
    return request.get_data(cache=True)


def require_content_type(*wanted: str) -> None:
    """Refuse a body of another content type, or in another charset than UTF-8."""
    if request.mimetype not in wanted:
        raise InvalidRequest(f"the content type must be {' or '.join(wanted)}")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise InvalidRequest("the charset must be UTF-8")


def fields_once(encoded: bytes) -> dict[str, str]:
    """Decode form or query bytes strictly (RFC 6749, 3.1 and 3.2: no parameter more than once)."""
    try:
        text = encoded.decode("utf-8", errors="strict")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidRequest("the fields are not valid UTF-8, or too many") from None
    require_once(name for name, _ in pairs)
    return dict(pairs)


def require_once(names: Iterable[str]) -> None:
    """Refuse a name that comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidRequest("a parameter is given more than once")
        seen.add(name)
