"""What went wrong, in one shape that can be told as OAuth JSON, as problem+json or as a page."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from chassis.database import DatabaseRefused
from chassis.peer_failures import PeerFailed
from chassis.refusals import DomainRefusal
from openid4vc.errors import CheckFailed, Malformed, ProtocolError

TRY_AGAIN = _("Wait a moment and try again.")
START_AGAIN = _("Go back to where you came from and start again.")


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer to a request that did not succeed; nothing in it tells the cause to an attacker."""

    status: int
    code: str
    title: Any
    hint: Any = ""
    public: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Tell whether somebody who runs the service must look at it."""
        return self.status >= 500


def failure_of(error: Exception) -> Failure:
    """Return what may be told about an exception; what is not known is a server_error."""
    for kinds, tell in TELLERS:
        if isinstance(error, kinds):
            return tell(error)
    return Failure(500, "server_error", _("Something went wrong on our side"), TRY_AGAIN)


def busy() -> Failure:
    """Say that it cannot be done now; the wait differs, so that not all come back at once."""
    return Failure(
        503, "temporarily_unavailable", _("This is not available for a moment"), TRY_AGAIN, headers=_wait(503)
    )


def _wait(status: int) -> dict[str, str]:
    """Every "not now" says when to come back (RFC 9110, 10.2.3 and 15.6.4)."""
    return {"Retry-After": str(1 + secrets.randbelow(4))} if status == 503 else {}


def _protocol(error: ProtocolError) -> Failure:
    headers = {}
    if error.status == 401 or error.error == "insufficient_scope":
        headers["WWW-Authenticate"] = f'Bearer error="{error.error}", error_description="{error.public}"'
    title = _("The message was refused")
    return Failure(error.status, error.error, title, START_AGAIN, public=error.public, headers=headers)


def _domain(error: DomainRefusal) -> Failure:
    title = error.title or _("That is not possible")
    return Failure(error.status, error.code, title, error.hint, headers=_wait(error.status))


def _peer(error: PeerFailed) -> Failure:
    return Failure(502, "peer_failed", _("We could not reach %(host)s", host=error.host), TRY_AGAIN)


def _cross_site(error: CSRFError) -> Failure:
    return Failure(403, "csrf", _("This form is no longer valid"), START_AGAIN)


def _http(error: HTTPException) -> Failure:
    status = error.code or 500
    title, hint = HTTP_TEXTS.get(status, (_("This request is not possible"), START_AGAIN))
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Failure(status, HTTPStatus(status).phrase.lower().replace(" ", "_"), title, hint, headers=kept)


def _database(error: DBAPIError) -> Failure:
    """A standby that took over the name, or a server set to read only, is no fault of the caller."""
    if getattr(error.orig, "sqlstate", None) in READ_ONLY:
        return busy()
    return Failure(500, "server_error", _("Something went wrong on our side"), TRY_AGAIN)


def _check(error: Exception) -> Failure:
    return Failure(400, "check_failed", _("The message did not pass our checks"), START_AGAIN)


def _malformed(error: Exception) -> Failure:
    return Failure(400, "invalid_request", _("The message could not be read"), START_AGAIN)


READ_ONLY = ("25006", "0A000")
HTTP_TEXTS = {
    403: (_("This is not allowed"), START_AGAIN),
    404: (_("This page does not exist"), _("Check the address, or go to the start page.")),
    405: (_("This cannot be done here"), START_AGAIN),
    413: (_("This is too much data"), _("Send less at once.")),
    429: (_("Too many tries"), TRY_AGAIN),
}
TELLERS: tuple[tuple[Any, Callable[[Any], Failure]], ...] = (
    (ProtocolError, _protocol),
    (DomainRefusal, _domain),
    (CheckFailed, _check),
    (Malformed, _malformed),
    (CSRFError, _cross_site),
    (HTTPException, _http),
    (PeerFailed, _peer),
    ((OperationalError, PoolExhausted, DatabaseRefused), lambda _error: busy()),
    (DBAPIError, _database),
)
