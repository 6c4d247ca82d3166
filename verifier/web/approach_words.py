"""The words of approaching somebody, and of not being allowed to."""

from typing import Any

from flask_babel import lazy_gettext as _

from verifier.domain.approach_refusals import ApproachUnusable, OptedOut, StatementTooOld
from verifier.domain.opt_out import Channel
from verifier.domain.refusals import Refused

CHANNEL_WORDS: dict[Channel, Any] = {
    Channel.LETTER: _("By letter"),
    Channel.PHONE: _("By telephone"),
    Channel.MESSAGE: _("By message"),
}
APPROACH_WORDS: dict[type[Refused], tuple[Any, Any]] = {
    OptedOut: (
        _("This person does not want to be approached"),
        _("Do not approach this person. The person can still come to the desk."),
    ),
    StatementTooOld: (
        _("A newer choice is already here"),
        _("Look at your settings, and choose again if that is needed."),
    ),
    ApproachUnusable: (
        _("The desk does not know this way to reach people"),
        _("Choose letter, telephone or message."),
    ),
}
