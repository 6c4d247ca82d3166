"""What is in the way of a receipt, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

RECEIPT_TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    "receipt_not_given": (
        _("There is no receipt for you now"),
        _("The organisation gives no receipt of this mandate. It may have ended."),
        _("Your mandate is as it was. You can still withdraw it."),
    ),
    "receipt_discarded": (
        _("The receipt was not good"),
        _("What we got is not a receipt of this mandate. We did not keep it."),
        _("Try again later. Does it happen again? Call the organisation."),
    ),
}
