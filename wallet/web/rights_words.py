"""The words of refusals about the citizen's rights."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

RIGHTS_TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    "already_asked": (
        _("You already asked this"),
        _("Your request is with the organisation. It did not answer yet."),
        _("Look at your rights for how far it is."),
    ),
    "nobody_to_ask": (
        _("We do not know where to send this"),
        _("The organisation gave no address for such a question. Nothing was sent."),
        _("Write or call the organisation yourself. Its name is in your history."),
    ),
    "nothing_to_prove": (
        _("There is nothing to report with"),
        _("Your wallet keeps no request with this line of the history."),
        _("Tell the supervisor in your own words, by letter or telephone."),
    ),
    "password_unusable": (
        _("This password is too short"),
        _("Choose a password of at least 12 characters, and 200 at most."),
        _("Four words in a row are easy to remember."),
    ),
    "passwords_differ": (
        _("The passwords differ"),
        _("You typed two different passwords. Type the same one twice."),
        _("Nothing was made. Try again."),
    ),
    "rights_not_taken": (
        _("Your request was not accepted"),
        _("The other side did not take it. Nothing changed."),
        _("Try again. Does it happen again? Call the organisation and give the reference number."),
    ),
}
