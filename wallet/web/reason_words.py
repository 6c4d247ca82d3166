"""Why something ended as it did, in the words of a page: what the citizen told, or what went wrong."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from wallet.domain.declining import Reason
from wallet.web.protocol_words import CODES
from wallet.web.words import ALL_TEXTS

DECLINED: Mapping[str, Any] = {
    Reason.TOO_MUCH: _("Too much is asked"),
    Reason.MYSELF: _("I arrange it myself"),
    Reason.WHO: _("I do not know who asks"),
    Reason.LATER: _("Not now"),
}
NOT_ABOUT: Mapping[str, Any] = {
    "about_service": _("Not about what my mandate is for"),
    "about_all": _("Not about anything"),
}


def reason_text(code: str) -> str:
    """Return a reason of the history in words; one that nobody knows as it is."""
    if code in DECLINED:
        return str(DECLINED[code])
    if code in NOT_ABOUT:
        return str(NOT_ABOUT[code])
    if code in CODES:
        return str(CODES[code].title)
    return str(ALL_TEXTS[code][0]) if code in ALL_TEXTS else code


def is_explained(code: str) -> bool:
    """Whether a page of its own says more."""
    return code in CODES
