"""The WSGI guard: what the server lets through and Flask would read in two ways ends here."""

import io
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from chassis.forms import FORM
from chassis.request_id import ENVIRON_KEY, request_id_for
from chassis.slots import Overloaded, Slots

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Hopeless = Callable[[Environ], bool]
"""Whether a service knows already that it has no room for this request: no framework is woken to say so."""
HEALTH = ("/healthz", "/readyz")
MAX_TARGET = 16 * 1024
MAX_HEADERS = 64 * 1024
_ODD_PATH = re.compile(r"//|\\|\x00|(?:^|/)\.{1,2}(?:/|;|$)|[\x01-\x1f\x7f]")
_REASONS = {
    400: "Bad Request",
    404: "Not Found",
    411: "Length Required",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Refused(Exception):
    """The guard answers itself, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        self.status = status


class Guard:
    """Wraps a WSGI application; afterwards there is one Host, one framing and one whole body."""

    def __init__(self, app: Any, *, host: str, scheme: str, max_body: int, slots: Slots) -> None:
        self.hopeless: list[Hopeless] = []
        self._app = app
        self._slots = slots
        self._host = host.lower()
        self._scheme = scheme
        self._max_body = max_body

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = request_id_for(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            self._check(environ)
            if any(hopeless(environ) for hopeless in self.hopeless):
                raise Overloaded
            with self._slots.held():
                answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        except Refused as refused:
            return _answer(refused.status, environ[ENVIRON_KEY], start_response)
        except Overloaded:
            return _answer(503, environ[ENVIRON_KEY], start_response)

    def _check(self, environ: Environ) -> None:
        check_sizes(environ)
        check_path(environ)
        self._check_host(environ)
        check_framing(environ, self._max_body)
        check_range(environ)
        take_body(environ, self._max_body)
        environ["wsgi.url_scheme"] = self._scheme
        environ.pop("HTTP_PROXY", None)

    def _check_host(self, environ: Environ) -> None:
        host = environ.get("HTTP_HOST", "").lower()
        if environ.get("PATH_INFO") in HEALTH and host:
            environ["HTTP_HOST"] = self._host
            return
        if not host or "," in host:
            raise Refused(400)
        if host != self._host:
            raise Refused(421)


def check_sizes(environ: Environ) -> None:
    """Refuse a request line or headers that no honest peer sends (RFC 9110, 15.5.15; RFC 6585, 5)."""
    if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > MAX_TARGET:
        raise Refused(414)
    headers = sum(len(str(value)) for name, value in environ.items() if name.startswith("HTTP_"))
    if headers > MAX_HEADERS:
        raise Refused(431)


def check_path(environ: Environ) -> None:
    """Refuse dots, doubled slashes, backslashes, control characters and bytes that are not UTF-8."""
    path = environ.get("PATH_INFO", "")
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise Refused(404) from None
    if _ODD_PATH.search(path):
        raise Refused(404)


def check_framing(environ: Environ, max_body: int) -> None:
    """One way to tell where the body ends, no compression, and a length in plain digits (RFC 9112, 6).

    The server hands over a broken chunked body as if it ended there; JSON then does not parse, but a form
    would, so a form must say its length.
    """
    coding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = environ.get("CONTENT_LENGTH") or environ.get("HTTP_CONTENT_LENGTH") or ""
    if coding and (length or coding != "chunked"):
        raise Refused(400)
    if coding and environ.get("CONTENT_TYPE", "").lower().startswith(FORM):
        raise Refused(411)
    if length and not (length.isascii() and length.isdigit() and len(length) < 16):
        raise Refused(400)
    if length and int(length) > max_body:
        raise Refused(413)
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Refused(415)


def check_range(environ: Environ) -> None:
    """Nothing here is served in parts: one range is ignored, many are an attack (RFC 9110, 14.2)."""
    if "," in environ.pop("HTTP_RANGE", ""):
        raise Refused(416)


def take_body(environ: Environ, max_body: int) -> None:
    """Read the whole body, so that a longer one is 413 and never cut; afterwards its length is known."""
    stream = environ.get("wsgi.input")
    announced = environ.get("CONTENT_LENGTH")
    body = b""
    if stream is not None and (announced or environ.get("wsgi.input_terminated")):
        body = _read(stream, max_body + 1)
    if len(body) > max_body:
        raise Refused(413)
    if announced and int(announced) != len(body):
        raise Refused(400)
    if body and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        raise Refused(400)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _read(stream: Any, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    while left > 0 and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _answer(status: int, request_id: str, start_response: StartResponse) -> Iterable[bytes]:
    body = f"{_REASONS[status]}\nReference number: {request_id}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Request-Id", request_id),
    ]
    if status != 503:  # that one was read whole; in an overload new connections would cost more than answers
        headers.append(("Connection", "close"))
    else:
        headers.append(("Retry-After", str(1 + secrets.randbelow(4))))
    start_response(f"{status} {_REASONS[status]}", headers)
    return [body]
