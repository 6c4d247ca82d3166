"""Who is at the door: the ports of this application, and the citizen behind a cookie or a bearer token."""

import re
from urllib.parse import quote

from flask import g, request, session

from chassis.app import ports as chassis_ports
from wallet.domain.refusals import SignInFirst
from wallet.ports import Ports
from wallet.usecases.sign_in import Citizen, SignedIn, resume_session

TOKEN = "token"  # noqa: S105  (the name of a place in the session, no secret)
HOME = "/"
_OURS = re.compile(
    r"/(?:(?:offer|authorize|offers|requests|cards|history|rights|mandates|collect|advice|settings)(?:[/?][!-\[\]-~]*)?)?"
)
_LONGEST = 12 * 1024


def ports() -> Ports:
    """Return what create_app put together."""
    found: Ports = chassis_ports()
    return found


def citizen() -> Citizen:
    """Return who is signed in with this browser; SignInFirst otherwise."""
    if "citizen" not in g:
        g.citizen = resume_session(str(session.get(TOKEN, "")), ports=ports())
    found: Citizen = g.citizen
    return found


def citizen_or_nobody() -> Citizen | None:
    """Return who is signed in, or nobody: for pages that are there for both."""
    try:
        return citizen()
    except SignInFirst:
        return None


def bearer() -> Citizen:
    """Return who calls the API with this token (RFC 6750, 2.1); a cookie does not count here."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInFirst
    return resume_session(token.strip(), ports=ports())


def remember(signed_in: SignedIn) -> None:
    """Start the browser's session anew, so that nothing set before sign-in is worth anything."""
    session.clear()
    g.pop("citizen", None)
    session[TOKEN] = signed_in.token


def forget() -> str:
    """Empty the browser's session and return the token that it held."""
    token = str(session.get(TOKEN, ""))
    session.clear()
    g.pop("citizen", None)
    return token


def safe_path(wanted: str) -> str:
    """Return a path of our own to go on to; anything else leads home."""
    if len(wanted) > _LONGEST or "//" in wanted.partition("?")[0] or not _OURS.fullmatch(wanted):
        return HOME
    return wanted


def here() -> str:
    """Return the page to come back to after signing in: a form that was posted starts again at its page."""
    if request.method != "GET":
        return safe_path(request.path.rpartition("/")[0] or HOME)
    path = quote(request.path, safe="/-_.~")
    query = request.query_string.decode("ascii", errors="replace")
    return safe_path(f"{path}?{query}" if query else path)
