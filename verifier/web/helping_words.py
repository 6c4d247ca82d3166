"""Refusals of the assisted road in words: what happened, and what to do."""

from typing import Any

from flask_babel import lazy_gettext as _

from verifier.domain import helping_refusals as refusals
from verifier.domain.refusals import Refused

HELPING_WORDS: dict[type[Refused], tuple[Any, Any]] = {
    refusals.HelperIncomplete: (
        _("We do not know yet who helps"),
        _("Fill in your name, and how you know the person."),
    ),
    refusals.CodeRefused: (
        _("This code does not work"),
        _("Look at the paper once more. A code works one time, for one hour."),
    ),
    refusals.TooManyWrongCodes: (
        _("Too many wrong codes were tried"),
        _("To protect you we wait ten minutes. At the counter you can go on now."),
    ),
    refusals.HelperMayNotConfirm: (
        _("Who helps may not confirm"),
        _("The person you help does this, on their own device or at the counter."),
    ),
    refusals.IdentityNotChecked: (
        _("First see who this is"),
        _("Look at a passport or an identity card. Then go on."),
    ),
    refusals.PaperNotSigned: (
        _("The paper is not signed yet"),
        _("Print the text, let the person read it, and let them sign it."),
    ),
}
