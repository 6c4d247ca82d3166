"""Refusals that follow from what the citizen set, and from what can be set."""

from wallet.domain.refusals import Refusal


class RungTooLow(Refusal):
    """The organisation asks for more than the citizen lets it; `organisation` and `rung` say so."""

    code = "rung_too_low"
    status = 403


class NotRegistered(Refusal):
    """The citizen refuses requests of who shows no registration that holds."""

    code = "not_registered"
    status = 403


class SettingUnusable(Refusal):
    """The form held a choice that the page does not offer."""

    code = "setting_unusable"


class SettingsBusy(Refusal):
    """Two changes at the same moment; nothing was lost, and this one was not made."""

    code = "settings_busy"
    status = 409


class OptOutRefused(Refusal):
    """The organisation did not take the opt-out in; nothing was kept here either."""

    code = "opt_out_refused"
    status = 502
