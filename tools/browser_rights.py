"""The citizen's rights as they are clicked: erasure with a certificate, a report, the export, the log."""

from __future__ import annotations

from dataclasses import dataclass

from tools.browser_walk import PIN, Citizen


@dataclass(slots=True)
class RightsWalk(Citizen):
    """A citizen whose mandate was used, the case worker at the desk, and the supervisor."""

    def ask_for_erasure(self) -> None:
        """Two clicks from the history, then the PIN."""
        self._open("wallet", "/history")
        self.look("9-history", self.page)
        self._click("main a[href^='/rights/erasures/'] >> nth=0")
        self.look("9-erasure", self.page)
        self.page.fill("input[name=pin]", PIN)
        self._click("main form[action^='/rights/erasures/'] button")
        self.look("9-erasure-asked", self.page)

    def answer_at_the_desk(self) -> None:
        """The inbox, the request that came last, and the button that erases."""
        self._open("verifier", "/rights")
        self.look("9-desk-rights", self.page)
        self._open("verifier", "/inbox")
        self.look("9-inbox", self.page)
        self._click("main h2 + .tiles >> nth=0 >> .tile a >> nth=-1")
        self.look("9-inbox-item", self.page)
        self._click("main form[action$='/grant'] button")
        self.look("9-inbox-answered", self.page)

    def read_the_certificate(self) -> None:
        """The wallet fetches and checks it when the page is opened."""
        self._open("wallet", "/rights")
        self.look("9-rights", self.page)
        self._click("main a[href^='/rights/requests/'] >> nth=0")
        self.look("9-certificate", self.page)

    def report_the_request(self) -> None:
        """From the history to the supervisor."""
        self._open("wallet", "/history")
        self._click("main a[href^='/rights/reports/'] >> nth=0")
        self.look("9-report", self.page)
        self.page.check("input[name=unwanted]")
        self.page.fill("textarea[name=words]", "Ik had hier niet om gevraagd.")
        self._click("main form[action^='/rights/reports/'] button")
        self.look("9-reported", self.page)

    def look_at_the_supervisor(self) -> None:
        """The example authority with its inbox."""
        self._open("verifier", "/supervisor")
        self.look("9-supervisor", self.page)
        self._open("verifier", "/supervisor/inbox")
        self.look("9-supervisor-inbox", self.page)
        self._click("main .tile a >> nth=0")
        self.look("9-supervisor-report", self.page)

    def export(self) -> str:
        """Everything in one file; gives where it was kept."""
        self._open("wallet", "/rights/export")
        self.look("9-export", self.page)
        self.page.fill("input[name=pin]", PIN)
        with self.page.expect_download() as waiting:
            self.page.click("main form[action='/rights/export'] button")
        return str(waiting.value.path())

    def forget_a_line(self) -> None:
        """Look for something, then take a line out."""
        self._open("wallet", "/history?outcome=shared")
        self.look("9-history-found", self.page)
        self._click("main a[href$='/delete'] >> nth=0")
        self.look("9-history-delete", self.page)
        self._click("main form[action$='/delete'] button")
        self.look("9-history-after", self.page)

    def use_the_rights(self) -> None:
        """All of it, in the order of a citizen."""
        self.ask_for_erasure()
        self.answer_at_the_desk()
        self.read_the_certificate()
        self.report_the_request()
        self.look_at_the_supervisor()
        self.export()
        self.forget_a_line()
