"""A tour of every page of the four services: the flagship with all that lies beside it, in a real browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tools.browser_rounds import Rounds
from tools.browser_walk import PIN

WRONG_PIN = "000000"


@dataclass(slots=True)
class Tour(Rounds):
    """The same citizen, who opens every door on the way."""

    def whole(self) -> None:
        """Every page once; the order is that of a first visit."""
        parts: tuple[Callable[[], None], ...] = (
            self.read_the_question,
            self.read_about_it,
            self.knock_at_the_wallet,
            self.open_a_wallet,
            self.find_it_empty,
            self.ask_too_early,
            self.collect_by_signing_in,
            self.collect_all_cards,
            self.look_at_a_card,
            self.meet_the_desk,
            self.read_the_request,
            self.think_of_stopping,
            self.mistype_and_say_yes,
            self.see_what_was_done,
            self.look_back,
            self.look_deeper_into_a_mandate,
            self.change_settings,
            self.think_of_deleting,
            self.use_rights,
            self.say_no_to_another,
            self.withdraw_one,
            self.tell_a_name,
            self.be_advised,
            self.check_papers,
            self.read_at_the_desk,
            self.be_helped,
            self.go_to_the_counter,
            self.lose_the_way,
        )
        for part in parts:
            part()

    def read_about_it(self) -> None:
        """The pages around the hub."""
        self.visit("1-help", "hub", "/help")
        self.visit("1-about", "hub", "/about")

    def knock_at_the_wallet(self) -> None:
        """Forms that come back with what is wrong."""
        self.visit("2-signing-in", "wallet", "/sign-in")
        self.page.fill("input[name=name]", "nobody-here")
        self.page.fill("input[name=pin]", WRONG_PIN)
        self._submit()
        self.look("2-signing-in-wrong", self.page)
        self._open("wallet", "/accounts/new")
        self.page.fill("input[name=name]", "somebody")
        self.page.fill("input[name=pin]", "1")
        self._submit()
        self.look("2-account-wrong", self.page)

    def find_it_empty(self) -> None:
        """A wallet with nothing in it says what to do."""
        self.visit("2-cards-empty", "wallet", "/cards")
        self.visit("2-history-empty", "wallet", "/history")
        self.visit("2-mandates-empty", "wallet", "/mandates")
        self.visit("2-advice-empty", "wallet", "/advice/averaging")

    def ask_too_early(self) -> None:
        """A request before there is a card."""
        self._open("verifier", "/services/averaging")
        self._submit()
        self.look("4-missing", self.page)

    def collect_by_signing_in(self) -> None:
        """From the wallet to the organisation and back (authorization code)."""
        self.visit("3-collect", "wallet", "/collect")
        self.page.check(f"input[value='{self.urls['issuer']}/municipality']")
        self._submit()
        self.look("3-collect-card", self.page)
        self.page.check("main input[type=radio] >> nth=0")
        self._submit()
        self.look("3-offer-sign-in", self.page)
        self._submit()
        self.page.check(f"input[value={self.persona}]")
        self._submit()
        self.look("3-issuer-consent", self.page)
        self._click("main button[value=yes]")
        self.look("3-offer-signed-in", self.page)
        self.page.fill("input[name=pin]", WRONG_PIN)
        self._submit()
        self.look("3-offer-wrong-pin", self.page)
        self.page.fill("input[name=pin]", PIN)
        self._submit()

    def look_at_a_card(self) -> None:
        """One card, and what the wallet works out from all of them."""
        self._open("wallet", "/cards")
        self._click("main .cards a >> nth=0")
        self.look("3-card", self.page)
        self.visit("3-advice", "wallet", "/advice/averaging")

    def think_of_stopping(self) -> None:
        """The way out, and back."""
        here = self.page.url
        self.page.goto(here.rpartition("/")[0] + "/stop")
        self.look("5-stop", self.page)
        self.page.goto(here)

    def mistype_and_say_yes(self) -> None:
        """A wrong PIN leaves everything as it was."""
        self._click("main button[value=yes]")
        self.look("5-pin", self.page)
        pin_page = self.page.url
        self.page.fill("input[name=pin]", WRONG_PIN)
        self._submit()
        self.look("5-pin-wrong", self.page)
        self.page.goto(pin_page)
        self.page.fill("input[name=pin]", PIN)
        self._submit()
        self.page.wait_for_url(f"{self.urls['verifier']}/**")
        self.look("6-receipt", self.page)

    def see_what_was_done(self) -> None:
        """Filed, decided, receipt, and a second use."""
        case = self.page.url
        self._submit()
        self.look("7-decision", self.page)
        self._click("main form[action$='/use'] button")
        self.look("7-second-use", self.page)
        self.page.goto(case)
        self.look("7-case-used", self.page)
        self.page.goto(f"{case}/receipt")
        self.look("7-use-receipt", self.page)

    def say_no_to_another(self) -> None:
        """A no, seen from both sides."""
        self._ask_again()
        request = self.page.url.rpartition("/")[0]
        for _ in range(4):
            self._click("main .actions a >> nth=0")
        self.say_no()
        self.page.goto(f"{request}/result")
        self.look("5-result-declined", self.page)

    def withdraw_one(self) -> None:
        """A third mandate, withdrawn and then tried by the desk."""
        self._ask_again()
        request = self.page.url.rpartition("/")[0]
        for _ in range(4):
            self._click("main .actions a >> nth=0")
        self.say_yes()
        case = self.page.url
        self.page.goto(f"{request}/result")
        self.look("6-result-shared", self.page)
        self.withdraw()
        self.page.goto(case)
        self._click("main form[action$='/use'] button")
        self.look("7-revoked-use", self.page)

    def tell_a_name(self) -> None:
        """A question without a mandate, on this device and across a code."""
        self.visit("4-name", "verifier", "/name")
        self._click("main button[value=other]")
        self.look("4-name-code", self.page)
        self._open("verifier", "/name")
        self._click("main button[value=this]")
        self._share_in_three_steps("5-name")
        self.look("6-name-told", self.page)
        self.visit("8-contact", "wallet", self._link_in("/history", r'/rights/contact/[^"]+'))

    def check_papers(self) -> None:
        """The public pages that check something."""
        for page, box in (("check", "document"), ("lint", "request")):
            self.visit(f"9-{page}", "verifier", f"/{page}")
            self.page.fill(f"textarea[name={box}]", "{}")
            self._submit()
            self.look(f"9-{page}-result", self.page)

    def read_at_the_desk(self) -> None:
        """The weaker way, for a wallet that says it knows no mandates."""
        self._open("verifier", "/services/averaging")
        self.page.goto(self._answer_as_a_stranger())
        self.look("4-wallet-knows-no-mandates", self.page)
        self._click("main form[action$='/read-here'] button")
        self.look("4-read-here", self.page)

    def lose_the_way(self) -> None:
        """A page that is not there, at each service, and the way out of the wallet."""
        for service in ("hub", "issuer", "wallet", "verifier"):
            self.visit(f"9-nowhere-{service}", service, "/nowhere/at/all")
        self.visit("9-bad-offer", "wallet", "/offer?credential_offer_uri=nonsense")
        self._open("wallet", "/")
        self._click("header form[action='/sign-out'] button")
        self.look("9-signed-out", self.page)
        self.visit("9-locked", "wallet", "/locked")

    def _answer_as_a_stranger(self) -> str:
        """Start at the desk, and refuse as a wallet does that knows no mandates; gives the way back."""
        send, token = self.page.request, self.page.get_attribute("main input[name=csrf_token]", "value")
        start = f"{self.urls['verifier']}/services/averaging/start"
        started = send.post(start, form={"csrf_token": token or ""}, max_redirects=0)
        link = parse_qs(urlsplit(started.headers["location"]).query)
        body = send.post(link["request_uri"][0], form={}).text().split(".")[1]
        asked = json.loads(base64.urlsafe_b64decode(body + "=="))
        refusal = {"error": "invalid_transaction_data", "state": asked["state"]}
        way_back: str = send.post(asked["response_uri"], form=refusal).json()["redirect_uri"]
        return way_back

    def _ask_again(self) -> None:
        self._open("verifier", "/services/averaging")
        self._submit()
