"""What the refusals of the consent pages are called."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

REQUEST_TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    "request_unknown": (
        _("This request is not in this wallet"),
        _("Did you open it in another browser, or under another name? Nothing was shared."),
        _("Sign in under the name that you used then. Or start again at the organisation."),
    ),
    "choice_unusable": (
        _("This choice does not exist here"),
        _("The page named a card or a fact that this request does not offer. Nothing was shared."),
        _("Go back to the request, and choose again."),
    ),
    "forbidden_asked": (
        _("This may never be asked for this purpose"),
        _("The organisation asks a fact that its own registration forbids. Nothing was shared."),
        _("Choose Stop. Report it if you want. Ask the organisation for a request without this fact."),
    ),
}
