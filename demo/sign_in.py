"""Plays the person at the authorization page: follows, fills in the forms, stops at the wallet."""

from __future__ import annotations

from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from ssl import create_default_context
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    build_opener,
)

from demo.trouble import Trouble

MOST_PAGES = 8


class _Forms(HTMLParser):
    """The posting forms of a page inside <main>, with their fields and radio choices."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._inside_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, inputs and named buttons."""
        given = dict(attrs)
        if tag == "main":
            self._inside_main = True
        elif self._inside_main and tag == "form" and (given.get("method") or "").lower() == "post":
            self.forms.append(
                {"action": given.get("action") or "", "fields": {}, "choices": {}, "buttons": []}
            )
        elif self.forms and tag in {"input", "button"} and given.get("name"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str | None]) -> None:
        form, name, value = self.forms[-1], given["name"] or "", given.get("value") or ""
        if tag == "button":
            form["buttons"].append((name, value))
        elif given.get("type") == "radio":
            form["choices"].setdefault(name, []).append(value)
        else:
            form["fields"][name] = value


class _StopAtWallet(HTTPRedirectHandler):
    """Follows redirects until one leads back to the wallet; that address is kept, not fetched."""

    def __init__(self, callback: str) -> None:
        self.callback, self.arrived = callback, ""

    def http_error_302(self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:
        """Stop where the code is delivered."""
        target = headers.get("Location", "")
        if target.startswith(self.callback):
            self.arrived = target
            return fp
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_302


def sign_in_and_allow(url: str, login: str, *, root: Path | None, callback: str) -> str:
    """Return the redirect to the wallet, code included; raises Trouble when the pages lead elsewhere."""
    stop = _StopAtWallet(callback)
    tls = [HTTPSHandler(context=create_default_context(cafile=root))] if root else []
    opener = build_opener(HTTPCookieProcessor(CookieJar()), stop, *tls)
    page, body = _fetch(opener, url, None)
    for _ in range(MOST_PAGES):
        if stop.arrived:
            return stop.arrived
        reader = _Forms()
        reader.feed(body)
        if not reader.forms:
            break
        form = reader.forms[-1]
        page, body = _fetch(opener, urljoin(page, form["action"]), _filled(form, login))
    raise Trouble(f"The sign-in as {login} did not lead back to the wallet; it ended at {page.split('?')[0]}")


def _filled(form: dict[str, Any], login: str) -> bytes:
    fields = dict(form["fields"])
    for name, values in form["choices"].items():
        fields[name] = login if login in values else values[0]
    yes = [button for button in form["buttons"] if button[1] in {"yes", "allow", "approve"}]
    fields |= dict(yes or form["buttons"][:1])
    return urlencode(fields).encode()


def _fetch(opener: OpenerDirector, url: str, form: bytes | None) -> tuple[str, str]:
    try:
        with opener.open(url, form, timeout=10) as answer:
            return answer.url, answer.read().decode("utf-8", "replace")
    except HTTPError as ended:
        return ended.url or url, ended.read().decode("utf-8", "replace")
