"""Refusals in our own words, for our own API and pages; they never travel over a standard's endpoint."""

from typing import Any


class DomainRefusal(Exception):
    """A rule of ours says no; subclasses set code, status, title and hint, or give them when raising.

    title says what happened, hint what to do; both may be lazy translations and hold no personal data.
    """

    code: str = "refused"
    status: int = 409
    title: Any = ""
    hint: Any = ""

    def __init__(self, code: str = "", *, status: int = 0, title: Any = "", hint: Any = "") -> None:
        self.code = code or self.code
        self.status = status or self.status
        self.title = title or self.title
        self.hint = hint or self.hint
        super().__init__(self.code)
