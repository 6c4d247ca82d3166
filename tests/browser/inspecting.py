"""Looks at each page of a walk by machine; every fault is one line that names the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import measures
from tests.browser.inventory import INVENTORY
from tests.browser.words import words_at_fault

WIDTHS = (1280, 768, 390)
NARROWEST = 320
HEIGHT = 844
CONTRAST_ALONE = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
EVERYTHING = {"resultTypes": ["violations"]}
AXE = Axe().axe_script


@dataclass
class Faults:
    """What was found, and where a walk has been; listens to everything that the page asks and says."""

    page: Any
    urls: dict[str, str]
    lang: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("pageerror", lambda error: self.add("script", str(error)))
        self.page.on("console", self._console)

    def add(self, name: str, *faults: str) -> None:
        """Note faults of a page."""
        self.found += [f"{name} ({self.lang}): {fault}" for fault in faults]

    def none(self) -> bool:
        """Fail with every fault, one a line."""
        if self.found:
            pytest.fail("\n".join(self.found), pytrace=False)
        return True

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        known = f"{parts.scheme}://{parts.netloc}" in self.urls.values()
        if parts.scheme not in ("data", "blob", "about") and not known:
            self.add("request", f"leaves the four origins: {request.url}")

    def _response(self, response: Any) -> None:
        policy = response.headers.get("content-security-policy", "")
        if response.url.startswith("http") and ("default-src 'none'" not in policy or "unsafe" in policy):
            self.add("answer", f"{response.url} has the policy {policy!r}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.add("console", message.text)


Check = Callable[[Faults, str, Any], None]


@dataclass
class Inspector:
    """Calls the checks on each page that the walk shows it."""

    faults: Faults
    checks: tuple[Check, ...]

    def __call__(self, name: str, page: Any) -> None:
        self.faults.seen.append((name, page.url))
        for check in self.checks:
            check(self.faults, name, page)


def accessible(width: int, scheme: str = "light", options: dict[str, Any] = EVERYTHING) -> Check:
    """A check by axe at one width, in light or dark."""

    def check(faults: Faults, name: str, page: Any) -> None:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for one in violations(page, options):
            where = [node["html"][:120] for node in one["nodes"][:2]]
            faults.add(name, f"axe at {width} in {scheme}: {one['id']} {where}")

    return check


def violations(page: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds; its script is given to a page once, however often it is asked."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("o => axe.run(o).then(r => r.violations)", options)
    return found


def fits(faults: Faults, name: str, page: Any) -> None:
    """No sideways scroll at any width, nor with text of twice the size; nothing cut off."""
    page.emulate_media(color_scheme="light")
    for width in (*WIDTHS, NARROWEST):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (wide := page.evaluate(measures.TOO_WIDE)) > 0:
            faults.add(name, f"{wide} px too wide at {width}")
    faults.add(name, *(f"cut off at {NARROWEST}: {html}" for html in page.evaluate(measures.CUT_OFF)))
    page.evaluate(measures.LARGE_TEXT, "200%")
    for width in (1280, 640):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (wide := page.evaluate(measures.TOO_WIDE)) > 0:
            faults.add(name, f"{wide} px too wide at {width} with large text")
    faults.add(name, *(f"cut off with large text: {html}" for html in page.evaluate(measures.CUT_OFF)))
    page.evaluate(measures.LARGE_TEXT, "100%")


def touchable(faults: Faults, name: str, page: Any) -> None:
    """Targets of 24 px everywhere (WCAG 2.5.8), of 44 px on the consent path."""
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    for least, where in ((24, "body"), *(((44, "main"),) if INVENTORY[name].consent else ())):
        small = page.evaluate(measures.SMALL_TARGETS, [least, where])
        faults.add(name, *(f"smaller than {least}: {html}" for html in small))


def well_made(faults: Faults, name: str, page: Any) -> None:
    """One h1, the right language, a title, and on the consent path a focus that starts at the top."""
    if (lang := page.get_attribute("html", "lang")) != faults.lang:
        faults.add(name, f"lang is {lang}")
    if (headings := page.locator("h1").count()) != 1:
        faults.add(name, f"{headings} h1")
    start = page.evaluate(measures.FOCUS_AT_START)
    if INVENTORY[name].consent and not re.match(r"h1#|div#error-summary$", start):
        faults.add(name, f"focus starts at {start}")


def reachable(faults: Faults, name: str, page: Any) -> None:
    """By keyboard: everything in the order of the page, each with a ring that can be seen."""
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    last = -1
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate(measures.FOCUSED)
        if at is None or at["place"] < last:
            break
        last = at["place"]
        faults.add(name, *(["no ring: " + at["html"]] if not at["ring"] else []))
        faults.add(name, *(["covered: " + at["html"]] if at["covered"] else []))


def plainly_worded(faults: Faults, name: str, page: Any) -> None:
    """The words on the page itself, data and values included."""
    faults.add(name, *words_at_fault(INVENTORY[name], page.evaluate(measures.PLAIN_TEXTS), lang=faults.lang))
