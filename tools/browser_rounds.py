"""Rounds beside the flagship: settings, rights, a helper, the counter, the inboxes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.browser_walk import COLLECT, PIN, Citizen

WRONG_CODE = "BBBB BBBB"


@dataclass(slots=True)
class Rounds(Citizen):
    """A citizen who looks everywhere, and now and then plays somebody else at the same browser."""

    def change_settings(self) -> None:
        """What can be set, and what a code means."""
        self.visit("8-settings", "wallet", "/settings")
        self.visit("9-code-explained", "wallet", "/errors/invalid_request")

    def look_deeper_into_a_mandate(self) -> None:
        """Receipts, when it was looked at, and what the desk may send."""
        self._open("wallet", "/mandates")
        self._click("main .cards a >> nth=0")
        mandate = self.page.url.partition("/mandates/")[2].partition("?")[0]
        self.visit("8-mandate-receipt", "wallet", f"/mandates/{mandate}/receipt")
        self.visit("8-collect-receipt", "wallet", f"/mandates/{mandate}/collect-receipt")
        self.visit("8-approaches", "wallet", f"/mandates/{mandate}/approaches")
        self.visit("7-approach", "verifier", f"/cases/{mandate}/approach")

    def think_of_deleting(self) -> None:
        """A card and a line of the history, each with a warning first."""
        self._open("wallet", "/cards")
        self._click("main .cards a >> nth=0")
        card = self.page.url.partition("/cards/")[2].partition("?")[0]
        self.visit("3-card-delete", "wallet", f"/cards/{card}/delete")
        self.visit("8-history-delete", "wallet", self._link_in("/history", r'/history/[^"]+/delete'))

    def look_for(self, outcome: str) -> None:
        """One kind of outcome in the history."""
        self._open("wallet", "/history")
        self.page.click("main details summary >> nth=0")
        self.page.select_option("#outcome", outcome)
        self._submit()

    def ask_to_erase(self) -> None:
        """Have the data of a mandate erased."""
        self.visit("8-erasure", "wallet", self._link_in("/history", r'/rights/erasures/[^"]+'))
        self._submit_with_pin()
        self.look("8-rights-request", self.page)

    def use_rights(self) -> None:
        """Erasure, a report and the export; then both inboxes."""
        self.visit("8-rights-empty", "wallet", "/rights")
        self.ask_to_erase()
        self.visit("8-report", "wallet", self._link_in("/history", r'/rights/reports/[^"]+'))
        self._submit()
        self.visit("8-rights", "wallet", "/rights")
        self.visit("8-export", "wallet", "/rights/export")
        self.visit("4-rights", "verifier", "/rights")
        self.visit("4-supervisor", "verifier", "/supervisor")
        for name, path in (("inbox", "/inbox"), ("reports", "/supervisor/inbox")):
            self.visit(f"9-{name}", "verifier", path)
            self._click("main p a[href*='inbox/'] >> nth=0")
            self.look(f"9-{name}-item", self.page)

    def be_advised(self) -> None:
        """Advice for as little as an answer."""
        self.visit("4-advice-offer", "verifier", "/services/averaging/advice")
        self._submit()
        self._share_in_three_steps("5-advice")
        self.look("6-advice", self.page)

    def be_helped(self) -> None:
        """Somebody prepares a request; the citizen says no."""
        self.visit("4-help", "verifier", "/help-somebody")
        code = self._prepare_help()
        self.look("4-help-paper", self.page)
        self._become_somebody_else()
        self.visit("4-code", "verifier", "/code")
        self._type_code(WRONG_CODE)
        self.look("4-code-wrong", self.page)
        self._type_code(code)
        self.look("4-code-asked", self.page)
        self._click("main button[value=no]")
        self.look("4-code-refused", self.page)

    def go_to_the_counter(self) -> None:
        """The whole flagship on a screen of the desk: identity seen, paper signed, PIN typed."""
        self._collect_unseen()
        self._open("verifier", "/help-somebody")
        code = self._prepare_help()
        self._become_somebody_else()
        self.visit("4-counter", "verifier", "/counter")
        self._type_code(code)
        self.look("4-counter-identity", self.page)
        self.page.check("input[name=identity]")
        self._submit()
        self.look("4-counter-sign", self.page)
        self.page.check("input[name=paper]")
        self._click("main .decision button >> nth=1")
        self._share_in_three_steps("5-counter")
        self.look("6-counter-receipt", self.page)
        self._submit_at("/use")
        self.look("7-counter-decision", self.page)

    def visit(self, name: str, service: str, path: str) -> None:
        """Open an address and look."""
        self._open(service, path)
        self.look(name, self.page)

    def _collect_unseen(self) -> None:
        """Fresh copies of every card: each copy is shared once."""
        look, self.look = self.look, lambda name, page: None
        for organisation, configurations in COLLECT:
            self.collect(organisation, configurations)
        self.look = look

    def _share_in_three_steps(self, prefix: str) -> None:
        for name in ("asker", "data", "confirm"):
            self.look(f"{prefix}-{name}", self.page)
            if name != "confirm":
                self._click("main .actions a >> nth=0")
        self._click("main button[value=yes]")
        self._submit_with_pin()
        self.page.wait_for_url(f"{self.urls['verifier']}/**")

    def _prepare_help(self) -> str:
        """As a helper, who says who they are; gives the code."""
        self.page.fill("input[name=name]", "Anna Bos")
        self.page.check("input[name=relation][value=volunteer]")
        self.page.fill("input[name=organisation]", "Bibliotheek Voorbeeldstad")
        self._submit()
        return re.sub(r"\s", "", self.page.inner_text(".big-code__value"))

    def _become_somebody_else(self) -> None:
        """Another browser at the desk; the wallet stays whose it is."""
        self.page.context.clear_cookies(name="eenmalig_verifier")

    def _type_code(self, code: str) -> None:
        self.page.fill("input[name=code]", code)
        self._submit()

    def _submit_with_pin(self) -> None:
        self.page.fill("main input[name=pin]", PIN)
        self._submit()

    def _submit_at(self, ending: str) -> None:
        self._click(f"main form[action$='{ending}'] button")

    def _link_in(self, page: str, pattern: str) -> str:
        """The first address of this shape on a page of the wallet, folded away or not."""
        self._open("wallet", page)
        found = re.search(f'href="({pattern})"', self.page.content())
        assert found, f"no {pattern} on {page}"
        return found.group(1)
