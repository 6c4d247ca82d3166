"""Refusals about rights in words: what happened, and what to do."""

from typing import Any

from flask_babel import lazy_gettext as _

from verifier.domain import rights_refusals as refusals
from verifier.domain.refusals import Refused

RIGHTS_WORDS: dict[type[Refused], tuple[Any, Any]] = {
    refusals.MalformedRightsMessage: (
        _("We cannot read this request"),
        _("Send it from the wallet that shared the data."),
    ),
    refusals.DeletionAlreadyRequested: (
        _("You already asked this"),
        _("Wait for the answer. Your wallet shows until when we may take."),
    ),
    refusals.UnknownRightsRequest: (
        _("We do not know this request"),
        _("Look at the reference once more."),
    ),
    refusals.RightsRequestClosed: (
        _("This request already has its answer"),
        _("An answer is given once. The citizen can ask again."),
    ),
    refusals.TermAlreadyExtended: (
        _("The term cannot be extended"),
        _("It can be extended once, before the first month is over."),
    ),
    refusals.GroundUnknown: (
        _("Choose a reason from the list"),
        _("The law only knows these reasons."),
    ),
    refusals.MandateStillActive: (
        _("The mandate is still active"),
        _("Its data are needed until it is used, withdrawn or over. Refuse for now, with that reason."),
    ),
    refusals.DemoRoleOnly: (
        _("This page is for staff"),
        _("Only the demonstration lets everybody play this role."),
    ),
    refusals.TooManyReports: (
        _("We cannot take more reports now"),
        _("Try again later. Or call us."),
    ),
}
