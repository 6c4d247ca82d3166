"""The words of refusals that follow from a setting."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SETTINGS_TEXTS: Mapping[str, tuple[Any, Any, Any]] = {
    "rung_too_low": (
        _("You do not let this organisation go this far"),
        _("%(organisation)s asked for more than you allow. So we said no for you. Nothing was shared."),
        _("Do you want it after all? Change it in your settings, and start again at the organisation."),
    ),
    "threshold_probing": (
        _("This organisation asks too many limits"),
        _("%(organisation)s knows two limits already. One more could show your amount. Nothing was shared."),
        _("You do not have to do anything. Do you want advice? Your wallet works it out for you alone."),
    ),
    "not_registered": (
        _("This organisation shows no registration"),
        _("You refuse requests without registration. So we said no for you. Nothing was shared."),
        _("Do you want to see the request all the same? Change it in your settings, and start again there."),
    ),
    "setting_unusable": (
        _("This choice does not exist"),
        _("The page sent something that you cannot choose. Nothing was changed."),
        _("Go back to your settings, and choose again."),
    ),
    "settings_busy": (
        _("Your settings changed at the same time"),
        _("Another page changed them at this moment. Nothing was lost, but this change was not made."),
        _("Go back to your settings, and choose again."),
    ),
    "passkey_refused": (
        _("This passkey did not work"),
        _("It is not known here, or it took too long."),
        _("Try once more, or use your PIN."),
    ),
    "passkey_unsuitable": (
        _("This passkey cannot lock your wallet"),
        _("Your device or browser makes passkeys without a secret of their own."),
        _("Use another device, or keep using your PIN."),
    ),
    "passkeys_impossible": (
        _("No passkey can be added"),
        _("This address cannot have passkeys, or you have 10 of them already."),
        _("Keep using your PIN. Or first remove a passkey that you do not use."),
    ),
    "opt_out_refused": (
        _("Your choice was not taken in"),
        _("The organisation did not accept it. It may still approach you."),
        _("Try again in a minute. Does it happen again? Write or call the organisation."),
    ),
}
