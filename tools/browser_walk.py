"""The flagship as a citizen clicks it, in a real browser; tests look at each page, so does the camera."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Playwright

PIN = "274951"
Look = Callable[[str, Page], None]

COLLECT = (
    ("municipality", ["identity"]),
    ("tax-authority", ["income-assessment-2022", "income-assessment-2023", "income-assessment-2024"]),
    ("bank", ["account-holder"]),
)


def launch(playwright: Playwright) -> Browser:
    """Headless Chromium: the machine's own, else the one that Playwright installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return playwright.chromium.launch(
        executable_path=found, args=[*quiet, "--disable-sync", "--no-first-run"]
    )


@dataclass(slots=True)
class Citizen:
    """Somebody at a browser; `look` is called with a name on each page that matters."""

    page: Page
    urls: Mapping[str, str]
    lang: str
    look: Look
    persona: str = "noor"

    def read_the_question(self) -> None:
        """Step 1."""
        self._open("hub", f"/?lang={self.lang}")
        self.look("1-hub", self.page)
        self._open("hub", "/scenarios/averaging")
        self.look("1-question", self.page)

    def open_a_wallet(self) -> None:
        """Step 2."""
        self._open("wallet", "/")
        self.look("2-wallet", self.page)
        self._open("wallet", "/accounts/new")
        self.look("2-account", self.page)
        self.page.fill("input[name=name]", f"{self.persona}-{secrets.token_hex(3)}")
        self.page.fill("input[name=pin]", PIN)
        self._submit()
        self.look("2-empty", self.page)

    def collect_all_cards(self) -> None:
        """Step 3."""
        self._open("issuer", "/")
        self.look("3-organisations", self.page)
        self._open("issuer", "/sign-in")
        self.look("3-sign-in", self.page)
        self.page.check(f"input[value={self.persona}]")
        self._submit()
        for organisation, configurations in COLLECT:
            self.collect(organisation, configurations)
        self._open("wallet", "/cards")
        self.look("3-cards", self.page)

    def collect(self, organisation: str, configurations: list[str]) -> None:
        """Collect some cards of one organisation, same device, with its code."""
        self._open("issuer", f"/{organisation}/")
        for box in self.page.query_selector_all("main input[type=checkbox]"):
            box.set_checked(box.get_attribute("name") in configurations)
        self.look(f"3-{organisation}", self.page)
        self._submit()
        self.look(f"3-{organisation}-offer", self.page)
        code = re.sub(r"\D", "", self.page.inner_text(".big-code"))
        self._click(f"a[href^='{self.urls['wallet']}']")
        self.look(f"3-{organisation}-wallet", self.page)
        self._submit()
        self.page.fill("input[name=tx_code]", code)
        self.page.fill("input[name=pin]", PIN)
        self.look(f"3-{organisation}-accept", self.page)
        self._submit()
        self.look(f"3-{organisation}-kept", self.page)

    def meet_the_desk(self) -> None:
        """Step 4."""
        self._open("verifier", "/")
        self.look("4-desk", self.page)
        self._open("verifier", "/services/averaging")
        self.look("4-offer", self.page)
        self._submit()

    def read_the_request(self) -> None:
        """Step 5, up to the choice."""
        for number, name in enumerate(("asker", "data", "after", "mandate", "confirm"), start=1):
            self.look(f"5-consent-{number}-{name}", self.page)
            if name != "confirm":
                self._click("main .actions a >> nth=0")

    def say_yes(self) -> None:
        """Step 5, the deliberate act, and step 6 at the desk."""
        self._click("main button[value=yes]")
        self.look("5-pin", self.page)
        self.page.fill("input[name=pin]", PIN)
        self._submit()
        self.page.wait_for_url(f"{self.urls['verifier']}/**")
        self.look("6-receipt", self.page)

    def say_no(self) -> None:
        """The other way out of step 5."""
        self._click("main button[value=no]")
        self.look("5-declined", self.page)

    def let_the_desk_act(self) -> None:
        """Step 7: filed, decided, and a second use refused."""
        self._submit()
        self.look("7-decision", self.page)
        self._click("main form[action$='/use'] button")
        self.look("7-second-use", self.page)

    def look_back(self) -> None:
        """Step 8."""
        self._open("wallet", "/mandates")
        self.look("8-mandates", self.page)
        self._click("main .cards a")
        self.look("8-mandate", self.page)
        self._open("wallet", "/history")
        self.look("8-history", self.page)

    def withdraw(self) -> None:
        """From the wallet's start page, in two clicks and a PIN."""
        self._open("wallet", "/")
        self.look("8-home", self.page)
        self._click("main .cards a")
        self.page.fill("input[name=pin]", PIN)
        self._click("main form[action$='/withdraw'] button")
        self.look("8-withdrawn", self.page)

    def _open(self, service: str, path: str) -> None:
        self.page.goto(self.urls[service] + path)

    def _submit(self) -> None:
        self._click("main form button[type=submit]:visible")

    def _click(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.click(selector)
